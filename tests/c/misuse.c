/* Everything a C host can get wrong: each mistake is answered by a code, none by a crash. Run under AddressSanitizer. */

#include <conclave.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

#define EXPECT(wanted, got) expect(__LINE__, #got, CONCLAVE_RESULT_##wanted, got)
#define CHECK(condition) check(__LINE__, #condition, condition)

static void expect(int line, const char *what, enum conclave_result wanted, enum conclave_result got)
{
    if (wanted != got) {
        printf("line %d: %s: '%s' instead of '%s'\n", line, what, conclave_result_text(got), conclave_result_text(wanted));
        failures++;
    }
}

static void check(int line, const char *what, bool condition)
{
    if (!condition) {
        printf("line %d: not so: %s\n", line, what);
        failures++;
    }
}

struct seen {
    struct conclave *conclave;
    int lines, loads, released, music_ticks, music_stops;
    enum conclave_end end;
    void *call_user;
    bool free_when_released;
};

static void on_log(void *user, enum conclave_level level, const char *line)
{
    struct seen *seen = user;

    (void)level;
    seen->lines += *line != 0;
    EXPECT(BUSY, conclave_tick(seen->conclave));
}

static bool on_load_sound(void *user, const char *name, const char *language, struct conclave_sound *sound)
{
    struct seen *seen = user;
    int16_t samples[160] = {0};

    seen->loads++;
    CHECK(*name && (!strcmp(language, "de") || !*language)); /* a caller's, or the room's */
    EXPECT(BUSY, conclave_tick(seen->conclave));
    EXPECT(BUSY, conclave_free(seen->conclave));
    EXPECT(NULL_ARGUMENT, conclave_sound_write(NULL, 8000, samples, 160));
    EXPECT(NULL_ARGUMENT, conclave_sound_write(sound, 8000, NULL, 160));
    EXPECT(BAD_ARGUMENT, conclave_sound_write(sound, 44100, samples, 160));
    CHECK(conclave_sound_rate(sound) == 8000);
    CHECK(conclave_sound_rate(NULL) == 0);
    EXPECT(BAD_ARGUMENT, conclave_sound_write((struct conclave_sound *)((char *)sound + 1), 8000, samples, 160));
    EXPECT(OK, conclave_sound_write(sound, 16000, samples, 160));
    EXPECT(OK, conclave_sound_write(sound, 16000, samples, 0));
    EXPECT(BAD_ARGUMENT, conclave_sound_write(sound, 8000, samples, 160));
    return true;
}

static void on_released(void *user, uint64_t call, void *call_user, enum conclave_end end)
{
    struct seen *seen = user;
    char byte;

    seen->released++;
    seen->end = end;
    seen->call_user = call_user;
    if (seen->free_when_released) {
        seen->free_when_released = false;
        EXPECT(OK, conclave_free(seen->conclave));
        EXPECT(NO_CONCLAVE, conclave_tick(seen->conclave));
        return;
    }
    if (conclave_message(seen->conclave, &byte, 1, NULL) != CONCLAVE_RESULT_NO_CONCLAVE)
        EXPECT(NO_CALL, conclave_hang_up(seen->conclave, call));
}

static size_t on_read_music(void *user, const char *name, int16_t *samples, size_t count)
{
    struct seen *seen = user;

    CHECK(!strcmp(name, "quiet"));
    CHECK(count == 160);
    EXPECT(BUSY, conclave_tick(seen->conclave));
    for (size_t i = 0; i < count / 2; i++)
        samples[i] = 1000;
    seen->music_ticks++;
    return seen->music_ticks % 2 ? count / 2 : SIZE_MAX;
}

static void on_music_stopped(void *user, const char *name)
{
    struct seen *seen = user;

    CHECK(!strcmp(name, "quiet"));
    seen->music_stops++;
}

static struct conclave *create(struct seen *seen, size_t calls)
{
    struct conclave_host host = {
        .size = sizeof host,
        .user = seen,
        .log = on_log,
        .load_sound = on_load_sound,
        .released = on_released,
        .read_music = on_read_music,
        .music_stopped = on_music_stopped,
    };

    memset(seen, 0, sizeof *seen);
    EXPECT(OK, conclave_create(&host, calls, &seen->conclave));
    return seen->conclave;
}

static enum conclave_result arrive(struct conclave *conclave, const char *room, const char *options, uint32_t codec, uint64_t *call)
{
    struct conclave_arrival arrival = {
        .size = sizeof arrival,
        .room = room,
        .options = options,
        .channel = "test/1 of many",
        .language = "de",
        .codec = codec,
        .user = &failures,
    };

    return conclave_arrive(conclave, &arrival, call);
}

static void ticks(struct conclave *conclave, int count)
{
    while (count--)
        EXPECT(OK, conclave_tick(conclave));
}

/* Every function with something that is no conference. */
static void no_conference(struct conclave *conclave, enum conclave_result wanted)
{
    struct conclave_room room = {.size = sizeof room};
    struct conclave_member member = {.size = sizeof member};
    struct conclave_stats stats = {.size = sizeof stats};
    int16_t samples[160] = {0};
    uint8_t payload[160] = {0};
    char text[8];
    uint64_t call;

#define EACH(got) expect(__LINE__, #got, wanted, got)
    EACH(conclave_set(conclave, "8000", "type", "room"));
    EACH(conclave_apply(conclave));
    EACH(arrive(conclave, "8000", NULL, 0, &call));
    EACH(conclave_feed(conclave, 1, payload, 160));
    EACH(conclave_feed_samples(conclave, 1, samples, 160));
    EACH(conclave_take(conclave, 1, payload, 160));
    EACH(conclave_take_samples(conclave, 1, samples, 160));
    EACH(conclave_digit(conclave, 1, '1'));
    EACH(conclave_hold(conclave, 1, true));
    EACH(conclave_hang_up(conclave, 1));
    EACH(conclave_tick(conclave));
    EACH(conclave_command(conclave, "lock 8000"));
    EACH(conclave_message(conclave, text, sizeof text, NULL));
    EACH(conclave_get_room(conclave, 0, &room));
    EACH(conclave_get_member(conclave, "8000", 0, &member));
    EACH(conclave_get_stats(conclave, &stats));
    EACH(conclave_stop(conclave));
    EACH(conclave_free(conclave));
#undef EACH
}

static void nulls(struct conclave *conclave)
{
    struct conclave_host host = {.size = sizeof host};
    struct conclave_arrival arrival = {.size = sizeof arrival};
    struct conclave_member member = {.size = sizeof member};
    struct conclave *other = NULL;
    uint64_t call = 0;

    EXPECT(NULL_ARGUMENT, conclave_create(NULL, 1, &other));
    EXPECT(NULL_ARGUMENT, conclave_create(&host, 1, NULL));
    EXPECT(BAD_ARGUMENT, conclave_create(&host, SIZE_MAX, &other));
    host.size = 0;
    EXPECT(WRONG_SIZE, conclave_create(&host, 1, &other));
    CHECK(!other);
    EXPECT(NULL_ARGUMENT, conclave_set(conclave, NULL, "type", "room"));
    EXPECT(NULL_ARGUMENT, conclave_set(conclave, "8000", NULL, "room"));
    EXPECT(NULL_ARGUMENT, conclave_set(conclave, "8000", "type", NULL));
    EXPECT(NULL_ARGUMENT, conclave_arrive(conclave, NULL, &call));
    EXPECT(NULL_ARGUMENT, conclave_arrive(conclave, &arrival, NULL));
    EXPECT(NULL_ARGUMENT, conclave_arrive(conclave, &arrival, &call)); /* no room */
    arrival.size--;
    EXPECT(WRONG_SIZE, conclave_arrive(conclave, &arrival, &call));
    EXPECT(NULL_ARGUMENT, conclave_feed(conclave, 1, NULL, 160));
    EXPECT(NULL_ARGUMENT, conclave_feed_samples(conclave, 1, NULL, 160));
    EXPECT(NULL_ARGUMENT, conclave_take(conclave, 1, NULL, 160));
    EXPECT(NULL_ARGUMENT, conclave_take_samples(conclave, 1, NULL, 160));
    EXPECT(NULL_ARGUMENT, conclave_command(conclave, NULL));
    EXPECT(NULL_ARGUMENT, conclave_message(conclave, NULL, 8, NULL));
    EXPECT(NULL_ARGUMENT, conclave_get_room(conclave, 0, NULL));
    EXPECT(NULL_ARGUMENT, conclave_get_member(conclave, "8000", 0, NULL));
    EXPECT(NULL_ARGUMENT, conclave_get_member(conclave, NULL, 0, &member));
    EXPECT(NULL_ARGUMENT, conclave_get_stats(conclave, NULL));
    EXPECT(NULL_ARGUMENT, conclave_sound_write(NULL, 8000, NULL, 0));
}

static void settings(struct conclave *conclave)
{
    char text[512];
    size_t length = 0;

    EXPECT(USELESS, conclave_apply(conclave));
    EXPECT(OK, conclave_set(conclave, "8000", "type", "room"));
    EXPECT(OK, conclave_set(conclave, "8001", "type", "room"));
    EXPECT(OK, conclave_set(conclave, "8001", "pin", "12e4"));
    EXPECT(OK, conclave_set(conclave, "8000", "music", "quiet"));
    EXPECT(PROBLEMS, conclave_apply(conclave));
    EXPECT(OK, conclave_message(conclave, text, sizeof text, &length));
    CHECK(length == strlen(text));
    CHECK(strstr(text, "settings line 3: pin") && strstr(text, "room 8001 is left out") && !strstr(text, "12e4"));
    EXPECT(TOO_SMALL, conclave_message(conclave, text, 9, &length));
    CHECK(!strcmp(text, "settings"));
    EXPECT(TOO_SMALL, conclave_message(conclave, NULL, 0, NULL));
}

static void calls(struct conclave *conclave, struct seen *seen)
{
    int16_t samples[960] = {0};
    uint8_t payload[480] = {0};
    struct conclave_room room = {.size = sizeof room};
    struct conclave_member member = {.size = sizeof member};
    struct conclave_stats stats = {.size = sizeof stats};
    uint64_t narrow = 0, wide = 0, third = 0;
    char text[256];

    EXPECT(BAD_ARGUMENT, arrive(conclave, "80 00", NULL, 0, &narrow));
    EXPECT(BAD_ARGUMENT, arrive(conclave, "8000", "x", 0, &narrow));
    EXPECT(BAD_ARGUMENT, arrive(conclave, "8000", NULL, 7, &narrow));
    EXPECT(OK, conclave_message(conclave, text, sizeof text, NULL));
    CHECK(strstr(text, "conclave_codec"));
    CHECK(narrow == 0);

    EXPECT(OK, arrive(conclave, "8000", "q", CONCLAVE_CODEC_PCMU, &narrow));
    EXPECT(OK, conclave_take(conclave, narrow, payload, 160)); /* before its first tick */
    ticks(conclave, 5);
    CHECK(seen->music_ticks > 0 && seen->music_stops == 0);
    EXPECT(OK, arrive(conclave, "8000", "q", CONCLAVE_CODEC_LINEAR48K, &wide));
    EXPECT(FULL, arrive(conclave, "8000", NULL, 0, &third));
    ticks(conclave, 1);
    CHECK(seen->music_stops == 1);

    EXPECT(WRONG_CODEC, conclave_feed_samples(conclave, narrow, samples, 160));
    EXPECT(WRONG_CODEC, conclave_take_samples(conclave, narrow, samples, 160));
    EXPECT(WRONG_CODEC, conclave_feed(conclave, wide, payload, 160));
    EXPECT(WRONG_CODEC, conclave_take(conclave, wide, payload, 160));
    EXPECT(TOO_SMALL, conclave_take(conclave, narrow, payload, 159));
    EXPECT(TOO_SMALL, conclave_take_samples(conclave, wide, samples, 959));
    EXPECT(OK, conclave_take_samples(conclave, wide, samples, 960));
    EXPECT(OK, conclave_feed(conclave, narrow, payload, 0));
    for (int i = 0; i < 100; i++) {
        EXPECT(OK, conclave_feed(conclave, narrow, payload, 480));
        EXPECT(OK, conclave_feed_samples(conclave, wide, samples, 7));
    }
    ticks(conclave, 2);

    EXPECT(BAD_ARGUMENT, conclave_digit(conclave, narrow, 'x'));
    EXPECT(BAD_ARGUMENT, conclave_digit(conclave, narrow, 0));
    EXPECT(BAD_ARGUMENT, conclave_digit(conclave, narrow, (char)0xff));
    for (int i = 0; i < 20000; i++)
        EXPECT(OK, conclave_digit(conclave, narrow, '5'));
    EXPECT(NO_CALL, conclave_digit(conclave, 0, '5'));
    EXPECT(NO_CALL, conclave_digit(conclave, UINT64_MAX, '5'));
    EXPECT(NO_CALL, conclave_hang_up(conclave, third));

    EXPECT(BAD_ARGUMENT, conclave_command(conclave, ""));
    EXPECT(BAD_ARGUMENT, conclave_command(conclave, "kick 8000"));
    EXPECT(BAD_ARGUMENT, conclave_command(conclave, "lock 8000 all"));
    EXPECT(NO_ROOM, conclave_command(conclave, "lock 9999"));
    EXPECT(NO_MEMBER, conclave_command(conclave, "mute 8000 7"));
    EXPECT(OK, conclave_command(conclave, "lock 8000"));
    EXPECT(OK, conclave_command(conclave, " mute  8000   test/1 of many"));
    EXPECT(OK, conclave_hold(conclave, wide, true));
    ticks(conclave, 1);

    EXPECT(NO_ROOM, conclave_get_room(conclave, 1, &room));
    EXPECT(OK, conclave_get_room(conclave, 0, &room));
    CHECK(!strcmp(room.number, "8000") && room.locked && room.members == 2 && room.max_members == 0);
    EXPECT(NO_ROOM, conclave_get_member(conclave, "9999", 0, &member));
    EXPECT(NO_MEMBER, conclave_get_member(conclave, "8000", 2, &member));
    EXPECT(OK, conclave_get_member(conclave, "8000", 1, &member));
    CHECK(member.call == wide && member.held && member.number == 2 && member.role == CONCLAVE_ROLE_PARTICIPANT);
    EXPECT(OK, conclave_get_member(conclave, "8000", 0, &member));
    CHECK(member.call == narrow && !member.held && member.muted_by_admin && !strcmp(member.channel, "test/1 of many"));
    EXPECT(OK, conclave_get_stats(conclave, &stats));
    CHECK(stats.ticks == 9 && stats.calls == 2);
    room.size = 8;
    EXPECT(WRONG_SIZE, conclave_get_room(conclave, 0, &room));
    member.size = 0;
    EXPECT(WRONG_SIZE, conclave_get_member(conclave, "8000", 0, &member));
    stats.size--;
    EXPECT(WRONG_SIZE, conclave_get_stats(conclave, &stats));

    EXPECT(OK, conclave_hang_up(conclave, wide));
    EXPECT(NO_CALL, conclave_hang_up(conclave, wide));
    EXPECT(NO_CALL, conclave_take_samples(conclave, wide, samples, 960));
    CHECK(seen->released == 0);
    EXPECT(OK, conclave_command(conclave, "kick 8000 1"));
    ticks(conclave, 200);
    CHECK(seen->released == 1 && seen->end == CONCLAVE_END_KICKED && seen->call_user == &failures);
    EXPECT(NO_CALL, conclave_digit(conclave, narrow, '5'));
    room.size = sizeof room;
    EXPECT(NO_ROOM, conclave_get_room(conclave, 0, &room));
}

/* Stopped and freed with calls inside, and used afterwards. */
static void endings(void)
{
    struct seen seen;
    struct conclave *conclave = create(&seen, 0);
    uint64_t call = 0;

    EXPECT(OK, conclave_set(conclave, "general", "on_demand", "yes"));
    EXPECT(OK, conclave_apply(conclave));
    EXPECT(OK, arrive(conclave, "1", NULL, 0, &call));
    EXPECT(OK, arrive(conclave, "2", NULL, 1, &call));
    ticks(conclave, 1);
    EXPECT(OK, conclave_stop(conclave));
    CHECK(seen.released == 2 && seen.end == CONCLAVE_END_FAILED);
    EXPECT(OK, conclave_stop(conclave));
    EXPECT(STOPPED, conclave_tick(conclave));
    EXPECT(STOPPED, arrive(conclave, "1", NULL, 0, &call));
    EXPECT(STOPPED, conclave_command(conclave, "lock 1"));
    EXPECT(STOPPED, conclave_set(conclave, "1", "type", "room"));
    EXPECT(STOPPED, conclave_apply(conclave));
    EXPECT(NO_CALL, conclave_digit(conclave, call, '1'));
    EXPECT(OK, conclave_free(conclave));
    no_conference(conclave, CONCLAVE_RESULT_NO_CONCLAVE);

    conclave = create(&seen, 3);
    EXPECT(OK, conclave_set(conclave, "general", "on_demand", "yes"));
    EXPECT(OK, conclave_apply(conclave));
    EXPECT(OK, arrive(conclave, "1", NULL, 0, &call));
    EXPECT(OK, arrive(conclave, "1", NULL, 0, &call));
    seen.free_when_released = true;
    EXPECT(OK, conclave_command(conclave, "kick 1 2"));
    for (int i = 0; i < 500 && seen.free_when_released; i++)
        EXPECT(OK, conclave_tick(conclave));
    CHECK(seen.released == 2); /* the one who was kicked, and the one who was inside when it was freed */
    no_conference(conclave, CONCLAVE_RESULT_NO_CONCLAVE);
}

int main(void)
{
    struct seen seen;
    struct conclave *conclave = create(&seen, 2);
    struct conclave_host silent = {.size = sizeof silent};
    struct conclave *other = NULL;
    uint64_t call;

    no_conference(NULL, CONCLAVE_RESULT_NULL_ARGUMENT);
    no_conference((struct conclave *)&seen, CONCLAVE_RESULT_NO_CONCLAVE);
    nulls(conclave);
    settings(conclave);
    calls(conclave, &seen);
    CHECK(seen.lines > 0 && seen.loads > 0);
    EXPECT(OK, conclave_free(conclave));
    EXPECT(NO_CONCLAVE, conclave_free(conclave));
    no_conference(conclave, CONCLAVE_RESULT_NO_CONCLAVE);
    endings();

    /* A host that does nothing for us. */
    EXPECT(OK, conclave_create(&silent, 1, &other));
    EXPECT(OK, arrive(other, "8000", NULL, 0, &call));
    ticks(other, 500);
    EXPECT(NO_CALL, conclave_digit(other, call, '1'));
    EXPECT(OK, conclave_free(other));

    CHECK(!strcmp(conclave_end_word(3), "TIMEOUT") && !strcmp(conclave_end_word(99), "UNKNOWN"));
    CHECK(!strcmp(conclave_result_text(99), "unknown result"));
    CHECK(*conclave_version());
    return failures > 0;
}
