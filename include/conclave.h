/*
 * Conclave: telephone conferences in any program.
 *
 * A conference is created, told its settings and given calls. For each 20 ms of its time the host feeds what each
 * caller said, calls conclave_tick(), and takes what each is to hear. examples/embed.c is a whole program.
 *
 * Every function that returns an enum conclave_result can be given any pointer to a conference, also NULL or one that was
 * freed, and answers that. Structs begin with their size, which the host sets, so that later versions can add to them.
 *
 * Made by `make header`; do not edit.
 */

#ifndef CONCLAVE_H
#define CONCLAVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What a function answers. A number keeps its meaning for ever; new ones are added at the end.
enum conclave_result {
    // Done.
    CONCLAVE_RESULT_OK = 0,
    // Something failed inside Conclave; the log tells what. The conference goes on as well as it can.
    CONCLAVE_RESULT_FAILED = 1,
    // A pointer is NULL that may not be.
    CONCLAVE_RESULT_NULL_ARGUMENT = 2,
    // This conference was freed, or never created.
    CONCLAVE_RESULT_NO_CONCLAVE = 3,
    // The conference is in use: by another thread, or by the function that called back.
    CONCLAVE_RESULT_BUSY = 4,
    // The conference was stopped.
    CONCLAVE_RESULT_STOPPED = 5,
    // This call was handed back or hung up, or never arrived.
    CONCLAVE_RESULT_NO_CALL = 6,
    // An argument makes no sense; conclave_message() tells which and what would.
    CONCLAVE_RESULT_BAD_ARGUMENT = 7,
    // A struct's `size` is smaller than the struct.
    CONCLAVE_RESULT_WRONG_SIZE = 8,
    // The buffer is too small; it holds as much as fits.
    CONCLAVE_RESULT_TOO_SMALL = 9,
    // The call has another codec: G.711 goes by conclave_feed() and conclave_take(), linear audio by
    // conclave_feed_samples() and conclave_take_samples().
    CONCLAVE_RESULT_WRONG_CODEC = 10,
    // There are as many calls as the conference was created for.
    CONCLAVE_RESULT_FULL = 11,
    // The settings apply except for those that are wrong; conclave_message() tells which.
    CONCLAVE_RESULT_PROBLEMS = 12,
    // The settings would let nobody in, so the ones before stay; conclave_message() tells what is wrong.
    CONCLAVE_RESULT_USELESS = 13,
    // No such room is in progress.
    CONCLAVE_RESULT_NO_ROOM = 14,
    // No such member is in the room.
    CONCLAVE_RESULT_NO_MEMBER = 15,
    // The room did not carry it out; conclave_message() tells why.
    CONCLAVE_RESULT_DECLINED = 16,
};

// How much a line of the log matters. A number keeps its meaning for ever.
enum conclave_level {
    // Act now.
    CONCLAVE_LEVEL_ERROR = 0,
    // Look at it.
    CONCLAVE_LEVEL_WARNING = 1,
    // A room opened, a room ended.
    CONCLAVE_LEVEL_NOTICE = 2,
    // For who looks for a fault.
    CONCLAVE_LEVEL_DEBUG = 3,
};

// Why a call was handed back. A number keeps its meaning for ever; new ones are added at the end.
enum conclave_end {
    // The caller hung up.
    CONCLAVE_END_HANGUP = 0,
    // Somebody removed him.
    CONCLAVE_END_KICKED = 1,
    // He left by a key.
    CONCLAVE_END_DTMF = 2,
    // His time was over.
    CONCLAVE_END_TIMEOUT = 3,
    // The room had its maximum of members.
    CONCLAVE_END_FULL = 4,
    // The room was locked.
    CONCLAVE_END_LOCKED = 5,
    // He gave no right PIN.
    CONCLAVE_END_BAD_PIN = 6,
    // There is no such room.
    CONCLAVE_END_NO_ROOM = 7,
    // The conference was ended for all.
    CONCLAVE_END_ENDED = 8,
    // Something failed inside Conclave, or it was stopped.
    CONCLAVE_END_FAILED = 9,
    // The conference has not opened yet.
    CONCLAVE_END_NOT_OPEN = 10,
    // Its time is over.
    CONCLAVE_END_OVER = 11,
    // It is switched off.
    CONCLAVE_END_DISABLED = 12,
    // Too many codes were tried.
    CONCLAVE_END_LOCKED_OUT = 13,
    // A leader turned him away.
    CONCLAVE_END_REJECTED = 14,
    // An invited party did not confirm.
    CONCLAVE_END_DECLINED = 15,
};

// What a member may do. A number keeps its meaning for ever.
enum conclave_role {
    // May join a locked or full room, lock it, and remove others.
    CONCLAVE_ROLE_LEADER = 0,
    // May talk and listen.
    CONCLAVE_ROLE_PARTICIPANT = 1,
    // May listen.
    CONCLAVE_ROLE_LISTENER = 2,
};

// The form of a call's audio. A number keeps its meaning for ever.
enum conclave_codec {
    // G.711 mu-law: 8 kHz, one byte a sample, 160 bytes a tick.
    CONCLAVE_CODEC_PCMU = 0,
    // G.711 A-law: 8 kHz, one byte a sample, 160 bytes a tick.
    CONCLAVE_CODEC_PCMA = 1,
    // 16 bit samples in the machine's byte order, mono, 8 kHz, 160 samples a tick.
    CONCLAVE_CODEC_LINEAR8K = 2,
    // The same at 16 kHz, 320 samples a tick.
    CONCLAVE_CODEC_LINEAR16K = 3,
    // The same at 24 kHz, 480 samples a tick.
    CONCLAVE_CODEC_LINEAR24K = 4,
    // The same at 32 kHz, 640 samples a tick.
    CONCLAVE_CODEC_LINEAR32K = 5,
    // The same at 48 kHz, 960 samples a tick.
    CONCLAVE_CODEC_LINEAR48K = 6,
};

// Everything that conferences in one program need: rooms, calls and settings. Made by conclave_create(), ended by
// conclave_free().
//
// Any thread may use it, one at a time: a second one gets CONCLAVE_RESULT_BUSY and never waits. So does a function of
// the host that is called back and calls in turn, except `released`. It starts no thread and reads no clock or file.
struct conclave;

// A sound that `load_sound` is handing over.
struct conclave_sound;

// What the host does for Conclave. Every function may be NULL.
//
// They are called by the thread that is in a function of this header, before that function returns: `released` by
// conclave_tick(), conclave_stop() and conclave_free() only, `read_music` by conclave_tick() only, the others by any.
// From `released` every function may be called; from the others only conclave_sound_write() and those that need no
// conference, what needs it gets CONCLAVE_RESULT_BUSY. None may unwind or jump out.
struct conclave_host {
    // sizeof(struct conclave_host).
    size_t size;
    // Given to every function as it is.
    void *user;
    // Takes a line of the log, without a line end. PINs, digits and callers' numbers are never in it.
    void (*log)(void *user, enum conclave_level level, const char *line);
    // Hands over a sound by its name, such as "conf-getpin", in a language such as "en" or in the host's own if that is
    // empty: by conclave_sound_write(), as often as it takes, before it returns. False: there is no such sound, and a
    // short tone is played instead. Asked once for each sound, language and rate (conclave_sound_rate()); asked anew
    // after conclave_apply(). The names are those of Asterisk's sound files; "conclave-join" and "conclave-leave" are the tones for who comes and
    // goes.
    bool (*load_sound)(void *user, const char *name, const char *language, struct conclave_sound *sound);
    // The call is the host's again, for a reason of Conclave's; its number is no longer known. Not called for a call
    // that the host hung up. `call_user` is what the call arrived with.
    void (*released)(void *user, uint64_t call, void *call_user, enum conclave_end end);
    // Writes the next `count` samples (20 ms, mono, 8 kHz) of a class of music, named as in the setting `music`, and
    // returns how many it wrote; silence follows those. Called once in every tick in which somebody hears the class.
    size_t (*read_music)(void *user, const char *name, int16_t *samples, size_t count);
    // Nobody hears this class of music any more; the file behind it can be closed.
    void (*music_stopped)(void *user, const char *name);
};

// A call that wants in.
struct conclave_arrival {
    // sizeof(struct conclave_arrival).
    size_t size;
    // The room it asks for: 1 to 64 letters, digits, '_', '-', '.' and '+'.
    const char *room;
    // Letters, or NULL for none: q quiet (no tones for the others, nothing announced to him), m starts muted, l may only
    // listen, L leader without a PIN, p no PIN asked.
    const char *options;
    // The host's name of the call, by which administrators can name it; NULL for none.
    const char *channel;
    // The caller's name, or NULL.
    const char *caller_name;
    // The caller's number, or NULL.
    const char *caller_number;
    // The caller's language, as `load_sound` knows it, or NULL.
    const char *language;
    // An enum conclave_codec.
    uint32_t codec;
    // Given to `released` as it is.
    void *user;
};

// A room in progress. Texts are UTF-8.
struct conclave_room {
    // sizeof(struct conclave_room); set it before the call.
    size_t size;
    // Its number.
    char number[65];
    // Only leaders come in.
    bool locked;
    // The most members at a time, 0 if there is no limit.
    uint32_t max_members;
    // How many are in.
    uint32_t members;
};

// A member of a room. Texts are UTF-8; one that is too long is cut.
struct conclave_member {
    // sizeof(struct conclave_member); set it before the call.
    size_t size;
    // His call.
    uint64_t call;
    // How long he has been in, in milliseconds.
    uint64_t here_for_ms;
    // His number in the room, from 1 in the order they came; never used twice while the room is open.
    uint32_t number;
    // What he may do.
    enum conclave_role role;
    // He talks and is heard.
    bool talking;
    // He has the conference on hold.
    bool held;
    // He muted himself.
    bool muted_by_himself;
    // He came in muted by an option and has not changed it.
    bool muted_at_start;
    // An administrator muted him.
    bool muted_by_admin;
    // The host's name of his call.
    char channel[128];
    // His name.
    char caller_name[128];
    // His telephone number.
    char caller_number[64];
};

// What happened since the conference was created.
struct conclave_stats {
    // sizeof(struct conclave_stats); set it before the call.
    size_t size;
    // Ticks mixed.
    uint64_t ticks;
    // Calls that are Conclave's now.
    uint64_t calls;
    // Ticks of a talking call that were made up because nothing had been fed.
    uint64_t concealed;
    // Ticks dropped from what a call had fed to shorten its delay.
    uint64_t trimmed;
    // Samples dropped because a call was fed more than fits.
    uint64_t overrun;
    // Feeds ignored.
    uint64_t ignored;
    // Ticks of music that were not there in time.
    uint64_t music_underruns;
};

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The result in words, without a full stop; "unknown result" for a number that is none. Never NULL, never to be freed.
//
// Any thread.
const char *conclave_result_text(uint32_t result);

// The end as the word that Asterisk's dial plan finds in CONCLAVE_RESULT: "HANGUP", "KICKED", "DTMF", "TIMEOUT",
// "FULL", "LOCKED", "BADPIN", "NOROOM", "ENDED", "FAILED", "NOTOPEN", "OVER", "DISABLED", "LOCKEDOUT", "REJECTED",
// "DECLINED"; "UNKNOWN" for a number that is none. Never NULL, never to be freed.
//
// Any thread.
const char *conclave_end_word(uint32_t end);

// The version of the library that is loaded, such as "0.1.0". Never NULL, never to be freed.
//
// Any thread.
const char *conclave_version(void);

// Creates a conference for at most `max_calls` calls at a time (at most 65535; 0: 1000) and puts it into `*conclave`.
// It has no settings yet, so that every caller is told that his room does not exist: see conclave_set(). The table is
// copied; `user` and what is behind it must live until conclave_free() has returned.
//
// CONCLAVE_RESULT_WRONG_SIZE: `size` of the table is not set. CONCLAVE_RESULT_BAD_ARGUMENT: too many calls.
//
// Any thread.
//
// # Safety
// `host` points to a table whose functions keep to its text; `conclave` to a place for a pointer.
enum conclave_result conclave_create(const struct conclave_host *host, size_t max_calls, struct conclave **conclave);

// One tick: 20 ms of the host's time are over. The rooms do what is due, what was fed is mixed, and what each call
// hears can be taken; then the calls that ended are handed back by `released`. The host calls this every 20 ms, or as
// fast as it likes if its audio comes from files: time is counted by these ticks and nothing else.
//
// CONCLAVE_RESULT_STOPPED: after conclave_stop().
enum conclave_result conclave_tick(struct conclave *conclave);

// Hands every call back by `released` with CONCLAVE_END_FAILED and ends all rooms. Nothing can be begun afterwards;
// what is left to do is conclave_free(). A second time does nothing.
enum conclave_result conclave_stop(struct conclave *conclave);

// Does what conclave_stop() does, then frees everything. The pointer is good for nothing afterwards, and every
// function that is given it answers CONCLAVE_RESULT_NO_CONCLAVE, already in `released`.
//
// CONCLAVE_RESULT_BUSY: in use, so not freed.
enum conclave_result conclave_free(struct conclave *conclave);

// Adds `count` samples (16 bit, mono, `rate` in Hz: 8000, 16000, 24000, 32000 or 48000, the same in all pieces of a
// sound) to the sound that `load_sound` was asked for. They are copied. At most ten minutes at 48 kHz are kept.
//
// Only inside `load_sound`, with the `sound` it was given.
//
// # Safety
// `samples` points to `count` samples.
enum conclave_result conclave_sound_write(struct conclave_sound *sound,
                                          uint32_t rate,
                                          const int16_t *samples,
                                          size_t count);

// The rate in Hz at which the sound will be heard: of several files that hold it, one of this rate is best, and a better
// one is of no use. Sounds of any rate are brought to it. 0 outside `load_sound`, or for another `sound` than it was
// given.
uint32_t conclave_sound_rate(const struct conclave_sound *sound);

// Notes a setting for the next conclave_apply(), as a line `name = value` under `[category]` in conclave.conf, whose
// sample tells what there is. For example ("general", "pin_attempts", "2"), ("8000", "type", "room"), ("8000", "pin",
// "4711"). Categories may come in any order, and mixed. `workers`, `database`, `node` and
// `dialplan_contexts` have no effect here.
//
// # Safety
// The three are C strings.
enum conclave_result conclave_set(struct conclave *conclave, const char *category, const char *name, const char *value);

// Makes what was noted since the last time the settings, all of them, in place of those before. Rooms in progress stay
// as they are, rooms that open from now on follow them, and sounds are loaded anew.
//
// CONCLAVE_RESULT_PROBLEMS: done, except for what is wrong. CONCLAVE_RESULT_USELESS: not done, because nobody could be
// let in. After both conclave_message() has a line for each problem, which names the setting by how many times
// conclave_set() had been called for these settings.
enum conclave_result conclave_apply(struct conclave *conclave);

// Brings a call and puts its number, which is never 0 and never used again, into `*call`. From now on it is Conclave's:
// the caller may be asked for a PIN, wait, talk or hear why not, until `released` or conclave_hang_up(). Everything
// in `arrival` is copied.
//
// CONCLAVE_RESULT_BAD_ARGUMENT: room, options or codec make no sense; conclave_message() tells which.
// CONCLAVE_RESULT_FULL: no place for another call.
//
// # Safety
// `arrival` points to such a struct with C strings or NULL in it; `call` to a place for a number.
enum conclave_result conclave_arrive(struct conclave *conclave, const struct conclave_arrival *arrival, uint64_t *call);

// Takes in what a G.711 caller said: `length` bytes, usually 20 ms, before the tick that mixes them. More than 60 ms at
// a time may not find room.
//
// CONCLAVE_RESULT_NO_CALL: also if the call is about to be handed back. CONCLAVE_RESULT_WRONG_CODEC: the call is linear.
//
// # Safety
// `payload` points to `length` bytes.
enum conclave_result conclave_feed(struct conclave *conclave,
                                   uint64_t call,
                                   const uint8_t *payload,
                                   size_t length);

// As conclave_feed() for a linear caller: `count` samples at the call's rate.
//
// CONCLAVE_RESULT_NO_CALL: also if the call is about to be handed back. CONCLAVE_RESULT_WRONG_CODEC: the call is G.711.
//
// # Safety
// `samples` points to `count` samples.
enum conclave_result conclave_feed_samples(struct conclave *conclave,
                                           uint64_t call,
                                           const int16_t *samples,
                                           size_t count);

// Puts the 20 ms that a G.711 caller is to hear since the last tick, 160 bytes, into `payload`, which has room for
// `size` bytes. The same however often it is asked for; before the call's first tick it is silence.
//
// CONCLAVE_RESULT_TOO_SMALL: nothing was written. CONCLAVE_RESULT_NO_CALL: also if the call is about to be handed back.
// CONCLAVE_RESULT_WRONG_CODEC: the call is linear.
//
// # Safety
// `payload` points to `size` bytes.
enum conclave_result conclave_take(struct conclave *conclave, uint64_t call, uint8_t *payload, size_t size);

// As conclave_take() for a linear caller: 20 ms at the call's rate, such as 160 samples at 8 kHz, into `samples`, which
// has room for `size` samples.
//
// CONCLAVE_RESULT_TOO_SMALL: nothing was written. CONCLAVE_RESULT_NO_CALL: also if the call is about to be handed back.
// CONCLAVE_RESULT_WRONG_CODEC: the call is G.711.
//
// # Safety
// `samples` points to `size` samples.
enum conclave_result conclave_take_samples(struct conclave *conclave, uint64_t call, int16_t *samples, size_t size);

// The caller keyed '0' to '9', '*', '#' or 'A' to 'D'.
//
// CONCLAVE_RESULT_BAD_ARGUMENT: any other letter.
enum conclave_result conclave_digit(struct conclave *conclave, uint64_t call, char digit);

// The caller put the conference on hold, or took it back: while on hold nobody hears what comes from him.
enum conclave_result conclave_hold(struct conclave *conclave, uint64_t call, bool on);

// The caller hung up, or the host wants him back: the call is no longer Conclave's, and `released` is not called for it.
//
// CONCLAVE_RESULT_NO_CALL: it was handed back before.
enum conclave_result conclave_hang_up(struct conclave *conclave,
                                      uint64_t call);

// Does what an administrator asks for, in the words of every console, such as "show rooms", "kick ROOM MEMBER", "mute
// ROOM MEMBER", "lock ROOM", "record ROOM start", "invite ROOM NUMBER"; conclave_help() has them all. MEMBER is the
// number in the room, the `channel` of the call, or "all"; "kick ROOM all" ends the conference in that room.
// conclave_message() has the answer in any case, for the administrator.
//
// CONCLAVE_RESULT_BAD_ARGUMENT: no such command. CONCLAVE_RESULT_NO_ROOM, CONCLAVE_RESULT_NO_MEMBER,
// CONCLAVE_RESULT_DECLINED: nothing was done.
//
// # Safety
// `words` is a C string.
enum conclave_result conclave_command(struct conclave *conclave, const char *words);

// Copies how the command with this place in the list is written and what it does, as UTF-8 with a NUL at the end:
// "kick ROOM MEMBER|all", a tab, and a sentence. CONCLAVE_RESULT_BAD_ARGUMENT: there are fewer; CONCLAVE_RESULT_TOO_SMALL:
// it was cut.
//
// Any thread.
//
// # Safety
// `buffer` points to `size` bytes.
enum conclave_result conclave_help(size_t place,
                                   char *buffer,
                                   size_t size);

// Copies what the last function that had something to say did say, as UTF-8 with a NUL at the end, into `buffer`, which
// has room for `size` bytes: the answer to a command, the problems of the settings (a line each), or what is wrong with
// an argument. `*length`, unless `length` is NULL, gets the bytes of all of it without the NUL.
//
// CONCLAVE_RESULT_TOO_SMALL: it was cut, between two letters.
//
// # Safety
// `buffer` points to `size` bytes, `length` to a place for a number, or is NULL.
enum conclave_result conclave_message(const struct conclave *conclave, char *buffer, size_t size, size_t *length);

// Puts the room that is at place `index`, from 0 in the order of their numbers, into `*room`.
//
// CONCLAVE_RESULT_NO_ROOM: there are no more than `index`.
//
// # Safety
// `room` points to such a struct whose `size` is set.
enum conclave_result conclave_get_room(const struct conclave *conclave, size_t index, struct conclave_room *room);

// Puts the member that is at place `index`, from 0 in the order they came, of a room into `*member`.
//
// CONCLAVE_RESULT_NO_ROOM: no such room is in progress. CONCLAVE_RESULT_NO_MEMBER: there are no more than `index`.
//
// # Safety
// `room` is a C string; `member` points to such a struct whose `size` is set.
enum conclave_result conclave_get_member(const struct conclave *conclave,
                                         const char *room,
                                         size_t index,
                                         struct conclave_member *member);

// Puts the counters into `*stats`.
//
// # Safety
// `stats` points to such a struct whose `size` is set.
enum conclave_result conclave_get_stats(const struct conclave *conclave, struct conclave_stats *stats);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* CONCLAVE_H */
