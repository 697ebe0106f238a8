/*
 * What Rust cannot spell of Asterisk's interface: macros, inline functions, structures whose
 * layout depends on how Asterisk was built, and the module table. Everything here is one
 * step deep; decisions are taken in Rust.
 *
 * bindgen reads this file and nothing of Asterisk's own headers.
 *
 * SPDX-License-Identifier: MPL-2.0
 */
#ifndef CONCLAVE_ASTERISK_SHIM_H
#define CONCLAVE_ASTERISK_SHIM_H

#include <stddef.h>
#include <stdint.h>

struct ast_channel;
struct ast_config;
struct ast_format;
struct ast_frame;
struct ast_trans_pvt;

/* ---- what Asterisk calls, implemented in Rust ---- */

/** Module load: 0 = loaded, 1 = declined, -1 = failed. Held: the module list's lock. */
int conclave_asterisk_load(void);
/** Module reload: 0 = done. Held: the module list's lock. */
int conclave_asterisk_reload(void);
/** Module unload: 0 = may go, -1 = refused. Held: the module list's lock. */
int conclave_asterisk_unload(void);
/** The PBX is going down. No lock held. */
void conclave_asterisk_shutdown(void);
/** Conclave() in the dial plan, on the call's own PBX thread. No lock held. */
int conclave_asterisk_exec(struct ast_channel *chan, const char *data);
/** How many console commands there are; what one is called, how it is used, and what it does in a few words. */
int conclave_asterisk_commands(void);
void conclave_asterisk_describe(int command, const char **words, const char **usage, const char **summary);
/** A console command: `words` after its own name. Returns 0, or 1 for "show the usage". No lock held. */
int conclave_asterisk_cli(int command, int fd, int argc, const char *const *argv);
/** The n-th completion of the word at `position` (0 = first after the command's name): 1 and in `out`, or 0. */
int conclave_asterisk_complete(int command, int position, const char *word, int n,
	const char *const *argv, int argc, char *out, size_t size);
/** How many actions of the manager interface there are; what one of them is. */
struct cv_action;
int conclave_asterisk_actions(void);
void conclave_asterisk_describe_action(int action, struct cv_action *described);
/** An action, on its session's thread. No lock held. Answers by the functions below. */
void conclave_asterisk_action(void *session, const void *message);
/** CONCLAVE_INFO(what,room): 0 = in `out`, which has room for `size` bytes; -1 = wrong. On any thread that reads it. */
int conclave_asterisk_info(const char *data, char *out, size_t size);
/** The state of the device "conclave:room". Held: the list of providers, for reading. */
int conclave_asterisk_device_state(const char *room);
/** A masquerade gave the call's channel another technology's guts. Held: both channels' locks. */
void conclave_asterisk_masqueraded(void *call);
/** The call's datastore is gone; nothing of `call` follows. Held: the channel's lock, or none when it is torn down. */
void conclave_asterisk_forget(void *call);
/** Music for the feed behind `music`, on the music thread. Held: the music channel's lock. */
void conclave_asterisk_music(void *music, int rate, const int16_t *samples, size_t count);

/* ---- logging, console ---- */

enum cv_level { CV_DEBUG, CV_VERBOSE, CV_NOTICE, CV_WARNING, CV_ERROR };
void cv_log(int level, const char *file, int line, const char *function, const char *message);
int cv_debug_level(void);
void cv_print(int fd, const char *text);

/* ---- module ---- */

/** Application, console commands, music's channel technology; 0 = done. */
int cv_register(void);
void cv_unregister(void);

/* ---- settings: Asterisk reads the file, so templates and #include work ---- */

struct cv_setting {
	const char *category;
	const char *name;	/* NULL: the category's own line */
	const char *value;
	const char *file;	/* NULL or empty: the file itself, not one that it includes */
	int line;	/* of a category: its first line's, because Asterisk tells no other; 0 if it has none */
};
/** 0 = read, 1 = no such file, 2 = not parsable, 3 = unchanged since the last call. */
int cv_config_load(const char *file, int only_changed, struct ast_config **config);
/** Calls `each` for every category and every line of it, in the file's order. */
void cv_config_walk(struct ast_config *config, void (*each)(void *to, const struct cv_setting *), void *to);
void cv_config_free(struct ast_config *config);

/* ---- formats and translators ---- */

enum cv_codec { CV_PCMU, CV_PCMA, CV_LINEAR };

void cv_format_hold(struct ast_format *format);
void cv_format_drop(struct ast_format *format);
/** G.711, or signed linear at a rate. To be dropped. */
struct ast_format *cv_format_plain(int codec, int rate);
/** Codes differences by a predictor that remembers for long, as ADPCM does. */
int cv_format_remembers(struct ast_format *format);
/** The same codec with the same attributes. */
int cv_format_same(struct ast_format *one, struct ast_format *other);

/** What the other end asks of whoever speaks Opus to it (RFC 7587, 6.1); rates in Hz. */
struct cv_opus {
	int stereo;
	int plays;
	int records;
	int most_bits;	/* bit/s; negative: no limit */
	int corrects;
	int spares;
	int constant;
};
/** What a channel speaks towards the other end. */
struct cv_wire {
	struct ast_format *format;	/* to be dropped */
	char codec[32];	/* Asterisk's name for it, such as "g722" */
	int rate;
	int frame_ms;	/* the shortest frame */
	int linear;
	struct cv_opus opus;	/* for "opus" */
};
/** Takes the channel's lock. */
void cv_wire(struct ast_channel *chan, struct cv_wire *wire);

/** Whether there is a way from one format to another, at this moment. */
int cv_has_path(struct ast_format *to, struct ast_format *from);
/** A way from one format to another, or NULL, which Asterisk logs. */
struct ast_trans_pvt *cv_path(struct ast_format *to, struct ast_format *from);
void cv_path_free(struct ast_trans_pvt *path);
/** Translates a packet in `format`; returns how many bytes of `out` were made. Neither waits nor takes a lock. */
int cv_translate(struct ast_trans_pvt *path, struct ast_format *format, const void *data, int bytes, void *out,
	int most);

/* ---- channels ---- */

struct cv_caller {
	char channel[128];
	char name[128];
	char number[128];
	char language[64];
};

void cv_caller(struct ast_channel *chan, struct cv_caller *caller);
void cv_extension(struct ast_channel *chan, char *extension, size_t size);
/**
 * Sets read and write format. Ends tones that the PBX makes, and ignores begins of digits from now on. 0 = done.
 * Remembers in `before` what cv_restore() gives back.
 */
struct cv_before {
	void *read_format;
	void *write_format;
	int end_dtmf_only;
	void *native;	/* what the channel spoke once it was prepared: its list, kept, and its codec's number */
	unsigned int codec;
};
int cv_prepare(struct ast_channel *chan, struct ast_format *format, struct cv_before *before);
void cv_restore(struct ast_channel *chan, struct cv_before *before);
void cv_set_variable(struct ast_channel *chan, const char *name, const char *value);
int cv_hung_up(struct ast_channel *chan);

struct cv_fd {
	int fd;
	int position;
};
/**
 * The open descriptors; returns how many, at most `max`, or -1 if somebody holds the channel's
 * lock at this moment. Never waits.
 */
int cv_fds(struct ast_channel *chan, struct cv_fd *fds, int max);
/** Nobody holds the channel's lock at this moment. Never waits. */
int cv_is_free(struct ast_channel *chan);

/** The descriptor is a stream's, such as TCP: reading and writing it may wait for the other end. */
int cv_is_stream(int fd);

enum cv_kind {
	CV_GONE, CV_BUSY, CV_NOTHING, CV_VOICE, CV_SILENCE, CV_DIGIT, CV_HOLD, CV_UNHOLD,
	/* Of calls that we made: */
	CV_RINGING, CV_PROGRESS, CV_ANSWERED, CV_REFUSED,
	CV_CHANGED,
};
struct cv_read {
	int kind;
	char digit;
	int cause;	/* CV_REFUSED: Q.850's, or 0: see cv_cause() */
	const void *data;	/* CV_VOICE: payload bytes, or samples in the machine's order */
	int bytes;
	int fd;	/* the descriptor at the position */
	int stamped;	/* CV_VOICE: the next two are known: a frame straight from RTP, which no translator has made */
	uint16_t sequence;
	uint32_t time;	/* of its first sample, in milliseconds since some time of the sender's; goes round */
	struct ast_frame *frame;	/* to be freed by cv_free() */
};
/**
 * One ast_read() of the descriptor at `position`; `urgent`: it has what poll() calls POLLPRI,
 * which analogue lines tell hang-ups with. Takes the channel's lock; CV_BUSY if somebody holds it
 * at this moment, and nothing was read. CV_SILENCE: the telephone sends nothing until its caller
 * talks again. CV_CHANGED: the channel speaks another codec than when it had `native` and was prepared for `codec`, and
 * nothing was read; a `native` of NULL is never another.
 */
void cv_read(struct ast_channel *chan, int position, int urgent, struct ast_format *format, const void *native,
	unsigned int codec, struct cv_read *read);
void cv_free(struct ast_frame *frame);
/**
 * One ast_write() of 20 ms. `data` stands CV_HEADROOM bytes into a buffer of the caller's, because the
 * RTP stack puts its header in front of the payload in place. Takes the channel's lock.
 * 0 = written or dropped, 1 = the channel is hung up, also because this write failed: then
 * Asterisk queues nothing that would tell a reader.
 */
enum { CV_HEADROOM = 64 };
int cv_write(struct ast_channel *chan, struct ast_format *format, void *data, int bytes);

/** Puts a datastore on the channel, so that we hear of a masquerade; 0 = done. */
int cv_watch(struct ast_channel *chan, void *call);
/** Takes it off again, if it is still there. conclave_asterisk_forget() follows. */
void cv_unwatch(struct ast_channel *chan, void *call);

/* ---- what only a call's own thread does, because it may wait. No lock may be held ---- */

/** Whether it is answered. */
int cv_is_up(struct ast_channel *chan);
/** Answers without waiting for media; 0 = up. */
int cv_answer(struct ast_channel *chan);
/** "Session progress": early media may flow. */
void cv_progress(struct ast_channel *chan);
/** Sends a key to the telephone. Waits as long as the key is held, while others may read and write the channel. */
void cv_send_digit(struct ast_channel *chan, char digit, int ms);
/** The network address that an incoming call's signalling comes from, with port or without; empty if unknown. */
void cv_address(struct ast_channel *chan, char *address, size_t size);
/** A channel variable; empty if there is none. */
void cv_variable(struct ast_channel *chan, const char *name, char *value, size_t size);
/**
 * Runs the dial plan from this place until it has no further step: 0, and the channel is where it was before;
 * 1 = hung up or redirected; 2 = there is no such place.
 */
int cv_run_dialplan(struct ast_channel *chan, const char *context, const char *extension, int priority);
/** Where the dial plan goes on when the application returns. */
void cv_goto(struct ast_channel *chan, const char *context, const char *extension, int priority);

/* ---- calls that we make, each on a thread of its own. No lock may be held ---- */

struct cv_dial {
	const char *number;
	const char *context;
	const char *language;
	const char *caller_name;
	const char *caller_number;
	const char *room;
};
/** The variable that tells which room invited a call, and whoever that call calls. */
#define CV_INVITED_BY "CONCLAVE_INVITED_BY"
/** Whether the number exists in the context. */
int cv_dial_exists(const char *context, const char *number);
/** Calls the number through its context; NULL = it cannot be called. The channel is the caller's, to be hung up by it. */
struct ast_channel *cv_dial(const struct cv_dial *dial);
/**
 * Waits at most `ms` for what comes of it: CV_NOTHING, CV_RINGING, CV_PROGRESS, CV_ANSWERED, CV_REFUSED with `*cause`, or
 * CV_GONE. `*cause` remembers what the called party said, over several calls.
 */
int cv_dial_wait(struct ast_channel *chan, int ms, int *cause);
/** Why the channel was hung up: Q.850's cause, or 0. */
int cv_cause(struct ast_channel *chan);
/** Has whoever reads the channel see that it is hung up. */
void cv_hang_up_softly(struct ast_channel *chan);
/** The channel's end. */
void cv_hang_up(struct ast_channel *chan);
/** Runs the dial plan from this place on a thread of Asterisk's, which ends the channel; 0 = it does. */
int cv_start_dialplan(struct ast_channel *chan, const char *context, const char *extension, int priority);
/** Asterisk counts us as in use until the second. */
void cv_module_ref(void);
void cv_module_unref(void);

/* ---- events for the manager interface ---- */

/** `fields`: lines of "Name: value\r\n". Takes the lock of the queue of events, then that of each session. */
void cv_event(const char *name, const char *fields);

/* ---- actions of the manager interface, states for lamps ---- */

enum cv_privilege { CV_CALLS, CV_REPORTS, CV_COMMANDS };
/** The strings live as long as the library. */
struct cv_action {
	const char *name;
	const char *synopsis;
	const char *description;
	int privilege;
};
/** A field of an action; "" if it is not there. */
const char *cv_header(const void *message, const char *name);
/** Answers an action; `fields`: more lines of "Name: value\r\n". */
void cv_done(void *session, const void *message, const char *text, const char *fields);
void cv_not_done(void *session, const void *message, const char *text);
void cv_list_begin(void *session, const void *message, const char *text);
void cv_list_item(void *session, const void *message, const char *event, const char *fields);
void cv_list_end(void *session, const void *message, const char *event, int count);

enum cv_lamp { CV_LAMP_INVALID, CV_LAMP_IDLE, CV_LAMP_USED, CV_LAMP_RINGS, CV_LAMP_RINGS_USED, CV_LAMP_BUSY };
/** Tells the state of the device "conclave:room" to whoever watches it. Takes locks of the message bus. */
void cv_device_state(const char *room, int state);

/** All of these, and CONCLAVE_INFO(); 0 = done. */
int cv_admin_register(void);
void cv_admin_unregister(void);

/* ---- records of calls ---- */

/**
 * Publishes a channel event of the user's, on the call's own thread. Takes no lock of the channel: it goes by what the
 * message bus remembers of it.
 */
void cv_cel(struct ast_channel *chan, const char *event, const char *extra);
/**
 * Sets a variable of the call's record, on the call's own thread, if the PBX keeps records. No lock held: it waits for
 * the thread that keeps them.
 */
void cv_cdr(struct ast_channel *chan, const char *name, const char *value);

/* ---- folders ---- */

const char *cv_spool_dir(void);
const char *cv_log_dir(void);
/** Where the PBX keeps what it has to remember. */
const char *cv_var_dir(void);
/* Such as 22.10.0. */
const char *cv_version(void);

/* ---- what the dial plan does ---- */

/**
 * Calls `each` for every context from which a step of its own, or of one that it includes, runs Conclave(). Takes the
 * lock of all contexts, also while `each` runs, and each one's own meanwhile.
 */
void cv_contexts(void (*each)(void *to, const char *context), void *to);
/**
 * What happens to who dials a number in a context, or in one that it includes: 0 = nothing; 1 = a step of it runs
 * Conclave(); 2 = something else, of which `first` is the first application, or the switch that would be asked. Takes
 * the lock of all contexts. A context with a realtime switch makes this wait for its database.
 */
int cv_dialled(const char *context, const char *number, char *first, size_t size);

/* ---- sounds: the host's own file formats and language rules ---- */

/**
 * Reads a sound into memory and calls `put` with its samples as they come, at `*rate` Hz. Of several files, the one
 * that costs least of those that lose nothing for ears of `wanted` Hz. A whole path may have its file's ending.
 * 0 = read, 1 = no such file, 2 = broken. Blocks on the disk.
 */
int cv_sound(const char *name, const char *language, int wanted, int *rate,
	void (*put)(void *to, const int16_t *samples, size_t count), void *to);

/* ---- music: a channel of our own, which the PBX's music on hold plays into ---- */

int cv_music_register(void);
void cv_music_unregister(void);
/** What it plays comes at the best rate that its source has, but none above `rate`. */
struct ast_channel *cv_music_open(const char *class_name, int rate, void *music);
/** The same at up to another rate from now on, without losing its place. False if it does not go on. */
int cv_music_retune(struct ast_channel *chan, const char *class_name, int rate);
void cv_music_close(struct ast_channel *chan);
/**
 * Serves whichever of the channels has its next 20 ms due; waits at most `ms`. Returns the one
 * that somebody has hung up, if it was that one's turn.
 */
struct ast_channel *cv_music_serve(struct ast_channel **chans, int count, int ms);

#endif
