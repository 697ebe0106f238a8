/*
 * A conference inside a C program, from WAV files.
 *
 *   cargo build --release
 *   cc -std=c11 -Iinclude examples/embed.c -Ltarget/release -lconclave -Wl,-rpath,"$PWD/target/release" -o embed
 *   ./embed -o heard ada.wav bob.wav eve.wav
 *
 * Each file is a caller who dials room 8000, keys the PIN and then speaks what is in the file. The first one mistypes the
 * PIN. What each heard is written to heard/ada.wav and so on. Nothing here waits for a clock: one conclave_tick() is
 * 20 ms, so that minutes of talk take a moment.
 */

#include <conclave.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOM "8000"
#define PIN "4711#"
#define WRONG_PIN "1174#"
#define RATE 8000
#define TICK (RATE / 50)
#define PATH_SIZE 1024

/* A second of pause, in ticks, before a caller keys something; and how long to wait at most until all are in. */
#define PAUSE 50
#define PATIENCE (60 * 50)

struct sound {
    int16_t *samples;
    size_t count;
};

struct caller {
    char name[64];
    uint64_t call; /* 0: not in Conclave's hands */
    struct sound speech;
    size_t spoken;
    const char *keys; /* still to be keyed, one a tick */
    int pause;        /* ticks until then */
    bool mistypes;    /* will key a wrong PIN first */
    FILE *heard;
    uint32_t heard_samples;
};

struct program {
    struct conclave *conclave;
    const char *sounds; /* a folder with prompts, or NULL */
    struct caller *callers;
    size_t count;
};

/* Prints what is wrong; false, so that it can be returned. */
static bool complain(const char *about, const char *what)
{
    fprintf(stderr, "embed: %s: %s\n", about, what);
    return false;
}

/* Whether Conclave did what it was asked for; if not, says why. */
static bool done(struct program *program, const char *what, enum conclave_result result)
{
    char message[512] = "";

    if (result == CONCLAVE_RESULT_OK)
        return true;
    complain(what, conclave_result_text(result));
    if (program->conclave && conclave_message(program->conclave, message, sizeof message, NULL) == CONCLAVE_RESULT_OK && *message)
        complain(what, message);
    return false;
}

/* WAV files: mono, 8 kHz, 16 bit. */

static uint32_t number(const uint8_t *bytes, int count)
{
    return count ? bytes[0] | number(bytes + 1, count - 1) << 8 : 0;
}

static bool is_speech(const uint8_t *format)
{
    return number(format, 2) == 1 && number(format + 2, 2) == 1 && number(format + 4, 4) == RATE && number(format + 14, 2) == 16;
}

/* Goes through the file's chunks until the one with the samples. */
static const char *read_chunks(FILE *file, struct sound *sound)
{
    uint8_t head[12], format[16];
    bool speech = false;

    if (fread(head, 1, 12, file) != 12 || memcmp(head, "RIFF", 4) || memcmp(head + 8, "WAVE", 4))
        return "is no WAV file";
    while (fread(head, 1, 8, file) == 8) {
        uint32_t size = number(head + 4, 4);
        if (!memcmp(head, "data", 4)) {
            uint8_t sample[2];
            if (!speech)
                return "is not mono, 8 kHz, 16 bit; 'sox IN -r 8000 -c 1 -b 16 OUT.wav' makes it so";
            sound->samples = malloc(size + 1u);
            if (!sound->samples)
                return "is too long for the memory";
            while (sound->count < size / 2 && fread(sample, 1, 2, file) == 2)
                sound->samples[sound->count++] = (int16_t)number(sample, 2);
            return NULL;
        }
        if (!memcmp(head, "fmt ", 4) && size >= 16 && fread(format, 1, 16, file) == 16) {
            speech = is_speech(format);
            size -= 16;
        }
        if (fseek(file, (long)size + (size & 1), SEEK_CUR))
            break;
    }
    return "has no samples";
}

static bool read_wav(const char *path, struct sound *sound)
{
    FILE *file = fopen(path, "rb");
    const char *wrong;

    if (!file)
        return complain(path, strerror(errno));
    wrong = read_chunks(file, sound);
    fclose(file);
    return wrong ? complain(path, wrong) : true;
}

static void put(FILE *file, uint32_t value, int bytes)
{
    for (; bytes; bytes--, value >>= 8)
        putc(value & 0xff, file);
}

static void write_head(FILE *file, uint32_t samples)
{
    fputs("RIFF", file);
    put(file, 36 + 2 * samples, 4);
    fputs("WAVEfmt ", file);
    put(file, 16, 4);
    put(file, 1, 2);
    put(file, 1, 2);
    put(file, RATE, 4);
    put(file, 2 * RATE, 4);
    put(file, 2, 2);
    put(file, 16, 2);
    fputs("data", file);
    put(file, 2 * samples, 4);
}

/* What Conclave asks of us. */

static void on_log(void *user, enum conclave_level level, const char *line)
{
    static const char *const words[] = {"error", "warning", "notice", "debug"};

    (void)user;
    fprintf(stderr, "conclave: %s: %s\n", words[level], line);
}

static bool on_load_sound(void *user, const char *name, const char *language, struct conclave_sound *sound)
{
    struct program *program = user;
    struct sound prompt = {NULL, 0};
    char path[PATH_SIZE];
    bool found;

    (void)language; /* this program has prompts in one language only */
    printf("Prompt: %s\n", name);
    if (!program->sounds || snprintf(path, sizeof path, "%s/%s.wav", program->sounds, name) >= (int)sizeof path)
        return false;
    found = read_wav(path, &prompt) && conclave_sound_write(sound, RATE, prompt.samples, prompt.count) == CONCLAVE_RESULT_OK;
    free(prompt.samples);
    return found;
}

static void on_released(void *user, uint64_t call, void *call_user, enum conclave_end end)
{
    struct caller *caller = call_user;

    (void)user;
    (void)call;
    caller->call = 0;
    printf("%s is back with us: %s\n", caller->name, conclave_end_word(end));
}

/* The conference. */

static bool open_conference(struct program *program)
{
    static const char *const settings[][3] = {{"general", "pin_attempts", "3"}, {ROOM, "type", "room"}, {ROOM, "pin", "4711"}};
    struct conclave_host host = {
        .size = sizeof host,
        .user = program,
        .log = on_log,
        .load_sound = on_load_sound,
        .released = on_released,
    };

    if (!done(program, "creating", conclave_create(&host, program->count, &program->conclave)))
        return false;
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (!done(program, "setting", conclave_set(program->conclave, settings[i][0], settings[i][1], settings[i][2])))
            return false;
    return done(program, "settings", conclave_apply(program->conclave));
}

static bool dial_in(struct program *program, struct caller *caller)
{
    struct conclave_arrival arrival = {
        .size = sizeof arrival,
        .room = ROOM,
        .channel = caller->name,
        .caller_name = caller->name,
        .codec = CONCLAVE_CODEC_LINEAR8K,
        .user = caller,
    };

    caller->keys = caller->mistypes ? WRONG_PIN : PIN;
    caller->pause = PAUSE;
    return done(program, caller->name, conclave_arrive(program->conclave, &arrival, &caller->call));
}

/* Where a caller is in the room, if he is in. */
static bool find_member(struct program *program, const struct caller *caller, struct conclave_member *member)
{
    member->size = sizeof *member;
    for (size_t i = 0; conclave_get_member(program->conclave, ROOM, i, member) == CONCLAVE_RESULT_OK; i++)
        if (member->call == caller->call)
            return true;
    return false;
}

static bool key(struct program *program, struct caller *caller)
{
    if (caller->pause > 0) {
        caller->pause--;
        return true;
    }
    if (!caller->keys || !*caller->keys)
        return true;
    return done(program, caller->name, conclave_digit(program->conclave, caller->call, *caller->keys++));
}

/* What the caller says in this tick: his file once everybody is in, silence before and after. */
static bool speak(struct program *program, struct caller *caller, bool speaking)
{
    int16_t samples[TICK] = {0};

    for (size_t i = 0; speaking && i < TICK && caller->spoken < caller->speech.count; i++)
        samples[i] = caller->speech.samples[caller->spoken++];
    return done(program, caller->name, conclave_feed_samples(program->conclave, caller->call, samples, TICK));
}

static bool listen(struct program *program, struct caller *caller)
{
    int16_t samples[TICK];

    if (!done(program, caller->name, conclave_take_samples(program->conclave, caller->call, samples, TICK)))
        return false;
    for (size_t i = 0; i < TICK; i++)
        put(caller->heard, (uint16_t)samples[i], 2);
    caller->heard_samples += TICK;
    return true;
}

/* 20 ms for everybody. */
static bool tick(struct program *program, bool speaking)
{
    for (size_t i = 0; i < program->count; i++) {
        struct caller *caller = &program->callers[i];
        if (caller->call && !(key(program, caller) && speak(program, caller, speaking)))
            return false;
    }
    if (!done(program, "tick", conclave_tick(program->conclave)))
        return false;
    for (size_t i = 0; i < program->count; i++)
        if (program->callers[i].call && !listen(program, &program->callers[i]))
            return false;
    return true;
}

/* Until everybody is in the room. Whoever keyed a wrong PIN keys the right one. */
static bool gather(struct program *program)
{
    for (int ticks = 0; ticks < PATIENCE; ticks++) {
        size_t inside = 0;
        if (!tick(program, false))
            return false;
        for (size_t i = 0; i < program->count; i++) {
            struct caller *caller = &program->callers[i];
            struct conclave_member member;
            if (!caller->call)
                return complain(caller->name, "was not let in");
            if (find_member(program, caller, &member)) {
                inside++;
            } else if (caller->mistypes && caller->pause == 0 && !*caller->keys) {
                printf("%s keyed a wrong PIN and is not in\n", caller->name);
                caller->mistypes = false;
                caller->keys = PIN;
                caller->pause = PAUSE;
            }
        }
        if (inside == program->count)
            return true;
    }
    return complain("room " ROOM, "not everybody came in");
}

static bool talk(struct program *program)
{
    for (bool left = true; left;) {
        if (!tick(program, true))
            return false;
        left = false;
        for (size_t i = 0; i < program->count; i++)
            left |= program->callers[i].spoken < program->callers[i].speech.count;
    }
    return true;
}

static void tell(struct program *program)
{
    static const char *const roles[] = {"leader", "participant", "listener"};
    struct conclave_room room = {.size = sizeof room};
    struct conclave_member member = {.size = sizeof member};

    for (size_t i = 0; conclave_get_room(program->conclave, i, &room) == CONCLAVE_RESULT_OK; i++) {
        printf("Room %s: %u members\n", room.number, (unsigned)room.members);
        for (size_t j = 0; conclave_get_member(program->conclave, room.number, j, &member) == CONCLAVE_RESULT_OK; j++)
            printf("  %u %s, %s, here for %.2f s%s\n", (unsigned)member.number, member.caller_name, roles[member.role],
                   (double)member.here_for_ms / 1000, member.talking ? ", talking" : "");
    }
}

/* The first leaves by the room's menu, the others hang up. */
static bool leave(struct program *program)
{
    struct caller *first = &program->callers[0];

    first->keys = "*8";
    for (int ticks = 0; first->call; ticks++)
        if (!tick(program, false) || ticks > PAUSE)
            return false;
    for (size_t i = 1; i < program->count; i++) {
        struct caller *caller = &program->callers[i];
        if (!done(program, caller->name, conclave_hang_up(program->conclave, caller->call)))
            return false;
        printf("%s hung up\n", caller->name);
        caller->call = 0;
    }
    return tick(program, false);
}

static bool hold(struct program *program)
{
    if (!open_conference(program))
        return false;
    for (size_t i = 0; i < program->count; i++)
        if (!dial_in(program, &program->callers[i]))
            return false;
    if (!gather(program) || !talk(program))
        return false;
    tell(program);
    return leave(program);
}

/* The program around it. */

static bool prepare(struct caller *caller, const char *path, const char *folder)
{
    char heard[PATH_SIZE];
    const char *base = strrchr(path, '/');

    base = base ? base + 1 : path;
    snprintf(caller->name, sizeof caller->name, "%.*s", (int)strcspn(base, "."), base);
    if (!read_wav(path, &caller->speech))
        return false;
    if (snprintf(heard, sizeof heard, "%s/%s", folder, base) >= (int)sizeof heard)
        return complain(folder, "is too long a name");
    if (!strcmp(heard, path))
        return complain(path, "would be overwritten by what is heard; give another folder with -o");
    caller->heard = fopen(heard, "wb");
    if (!caller->heard)
        return complain(heard, strerror(errno));
    write_head(caller->heard, 0);
    return true;
}

static bool finish(struct caller *caller)
{
    bool written = true;

    if (caller->heard) {
        rewind(caller->heard);
        write_head(caller->heard, caller->heard_samples);
        written = !ferror(caller->heard);
        if (fclose(caller->heard) || !written)
            written = complain(caller->name, "what he heard could not be written");
    }
    free(caller->speech.samples);
    return written;
}

static int usage(void)
{
    fputs("usage: embed -o FOLDER [-s PROMPTS] CALLER.wav CALLER.wav ...\n"
          "Holds a conference of callers who speak what is in the files (mono, 8 kHz, 16 bit), and writes what each heard\n"
          "to a file of the same name in FOLDER. PROMPTS is a folder with prompts such as conf-getpin.wav.\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    struct program program = {0};
    const char *folder = NULL;
    bool good = true;
    int next = 1;

    for (; next + 1 < argc && argv[next][0] == '-'; next += 2) {
        if (!strcmp(argv[next], "-o"))
            folder = argv[next + 1];
        else if (!strcmp(argv[next], "-s"))
            program.sounds = argv[next + 1];
        else
            return usage();
    }
    if (!folder || argc - next < 2 || argv[next][0] == '-')
        return usage();

    program.count = (size_t)(argc - next);
    program.callers = calloc(program.count, sizeof *program.callers);
    if (!program.callers)
        return complain("callers", strerror(errno)), 1;
    printf("Conclave %s\n", conclave_version());
    program.callers[0].mistypes = true;
    for (size_t i = 0; good && i < program.count; i++)
        good = prepare(&program.callers[i], argv[next + (int)i], folder);
    good = good && hold(&program);
    if (program.conclave)
        good = done(&program, "freeing", conclave_free(program.conclave)) && good;
    for (size_t i = 0; i < program.count; i++)
        good = finish(&program.callers[i]) && good;
    free(program.callers);
    return good ? 0 : 1;
}
