/*
 * See shim.h. Facts about Asterisk 22 that this file relies on stand at the function that does.
 *
 * SPDX-License-Identifier: MPL-2.0
 */
#define AST_MODULE "app_conclave"
#define AST_MODULE_SELF_SYM __internal_app_conclave_self

#include "asterisk.h"

#include "asterisk/app.h"
#include "asterisk/channel.h"
#include "asterisk/cli.h"
#include "asterisk/config.h"
#include "asterisk/datastore.h"
#include "asterisk/file.h"
#include "asterisk/format_cache.h"
#include "asterisk/logger.h"
#include "asterisk/module.h"
#include "asterisk/musiconhold.h"
#include "asterisk/paths.h"
#include "asterisk/pbx.h"
#include "asterisk/translate.h"

#include "shim.h"

/* ---- logging, console ---- */

void cv_log(int level, const char *file, int line, const char *function, const char *message)
{
	switch (level) {
	case CV_ERROR:
		ast_log(__LOG_ERROR, file, line, function, "%s\n", message);
		break;
	case CV_WARNING:
		ast_log(__LOG_WARNING, file, line, function, "%s\n", message);
		break;
	case CV_NOTICE:
		ast_log(__LOG_NOTICE, file, line, function, "%s\n", message);
		break;
	case CV_VERBOSE:
		ast_verb(3, "%s\n", message);
		break;
	default:
		ast_log(__LOG_DEBUG, file, line, function, "%s\n", message);
		break;
	}
}

int cv_debug_level(void)
{
	return option_debug;
}

void cv_print(int fd, const char *text)
{
	ast_cli(fd, "%s", text);
}

/* ---- console commands ---- */

static char *run(int command, struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args,
	const char *words, const char *usage)
{
	char word[256];

	switch (cmd) {
	case CLI_INIT:
		entry->command = (char *) words;
		entry->usage = usage;
		return NULL;
	case CLI_GENERATE:
		if (!conclave_asterisk_complete(command, args->pos - entry->args, args->word, args->n,
			args->argv + entry->args, args->argc - entry->args, word, sizeof(word))) {
			return NULL;
		}
		return ast_strdup(word);
	}
	return conclave_asterisk_cli(command, args->fd, args->argc - entry->args, args->argv + entry->args)
		? CLI_SHOWUSAGE : CLI_SUCCESS;
}

#define COMMAND(number, name, words, usage) \
	static char *name(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args) \
	{ \
		return run(number, entry, cmd, args, words, "Usage: " words usage); \
	}

COMMAND(0, show_rooms, "conclave show rooms", "\n       Lists the rooms in progress.\n")
COMMAND(1, show_room, "conclave show room", " <room>\n       Lists the members of a room, and who talks.\n")
COMMAND(2, show_stats, "conclave show stats", "\n       Shows the media workers: calls, ticks late, slow calls, frames concealed.\n")
COMMAND(3, kick, "conclave kick", " <room> <member>|all\n       Takes a member, or everybody, out of a room.\n")
COMMAND(4, mute, "conclave mute", " <room> <member>|all\n       Mutes a member; he cannot lift it himself.\n")
COMMAND(5, unmute, "conclave unmute", " <room> <member>|all\n       Lifts the console's mute.\n")
COMMAND(6, lock, "conclave lock", " <room>\n       Lets nobody but leaders in.\n")
COMMAND(7, unlock, "conclave unlock", " <room>\n       Opens a locked room again.\n")

static struct ast_cli_entry commands[] = {
	AST_CLI_DEFINE(show_rooms, "List Conclave rooms"),
	AST_CLI_DEFINE(show_room, "List the members of a Conclave room"),
	AST_CLI_DEFINE(show_stats, "Show Conclave's media workers"),
	AST_CLI_DEFINE(kick, "Take a member out of a Conclave room"),
	AST_CLI_DEFINE(mute, "Mute a member of a Conclave room"),
	AST_CLI_DEFINE(unmute, "Unmute a member of a Conclave room"),
	AST_CLI_DEFINE(lock, "Lock a Conclave room"),
	AST_CLI_DEFINE(unlock, "Unlock a Conclave room"),
};

/* ---- music: the channel that it plays into ---- */

static int music_write(struct ast_channel *chan, struct ast_frame *frame)
{
	if (frame->frametype == AST_FRAME_VOICE && ast_channel_tech_pvt(chan)) {
		conclave_asterisk_music(ast_channel_tech_pvt(chan), frame->data.ptr, frame->samples);
	}
	return 0;
}

static struct ast_frame *music_read(struct ast_channel *chan)
{
	return &ast_null_frame;
}

static int music_hangup(struct ast_channel *chan)
{
	ast_channel_tech_pvt_set(chan, NULL);
	return 0;
}

static const struct ast_channel_tech music_tech = {
	.type = "Conclave",
	.description = "Music on hold for Conclave rooms",
	.properties = AST_CHAN_TP_INTERNAL,
	.read = music_read,
	.write = music_write,
	.hangup = music_hangup,
};

/* ---- module ---- */

int cv_register(void)
{
	/*
	 * ast_channel_alloc() gives a channel the technology that is registered under the first part
	 * of its name. Only so is it internal from its first snapshot on; else CDR opens a record for
	 * it and never hears of its end.
	 */
	if (ast_channel_register(&music_tech)) {
		return -1;
	}
	if (ast_register_application_xml("Conclave", conclave_asterisk_exec)) {
		ast_channel_unregister(&music_tech);
		return -1;
	}
	ast_cli_register_multiple(commands, ARRAY_LEN(commands));
	/* Runs at "core stop now" too, which unloads no module and ends in exit(). */
	ast_register_atexit(conclave_asterisk_shutdown);
	return 0;
}

void cv_unregister(void)
{
	ast_unregister_atexit(conclave_asterisk_shutdown);
	ast_cli_unregister_multiple(commands, ARRAY_LEN(commands));
	ast_unregister_application("Conclave");
	ast_channel_unregister(&music_tech);
}

/* ---- settings ---- */

int cv_config_load(const char *file, int only_changed, struct ast_config **config)
{
	struct ast_flags flags = { only_changed ? CONFIG_FLAG_FILEUNCHANGED : 0 };

	*config = ast_config_load(file, flags);
	if (*config == CONFIG_STATUS_FILEMISSING) {
		*config = NULL;
		return 1;
	}
	if (*config == CONFIG_STATUS_FILEINVALID) {
		*config = NULL;
		return 2;
	}
	if (*config == CONFIG_STATUS_FILEUNCHANGED) {
		*config = NULL;
		return 3;
	}
	return 0;
}

void cv_config_walk(struct ast_config *config, void (*each)(void *to, const struct cv_setting *), void *to)
{
	struct ast_category *category = NULL;
	struct ast_variable *line;

	while ((category = ast_category_browse_filtered(config, NULL, category, NULL))) {
		struct cv_setting setting = { .category = ast_category_get_name(category) };

		line = ast_category_first(category);
		if (line) {
			setting.file = line->file;
			setting.line = line->lineno;
		}
		each(to, &setting);
		for (; line; line = line->next) {
			setting.name = line->name;
			setting.value = line->value;
			setting.file = line->file;
			setting.line = line->lineno;
			each(to, &setting);
		}
	}
}

void cv_config_free(struct ast_config *config)
{
	ast_config_destroy(config);
}

/* ---- channels ---- */

int cv_answer(struct ast_channel *chan)
{
	return ast_channel_state(chan) == AST_STATE_UP ? 0 : ast_raw_answer(chan);
}

void cv_caller(struct ast_channel *chan, struct cv_caller *caller)
{
	struct ast_party_id *id;

	ast_channel_lock(chan);
	id = &ast_channel_caller(chan)->id;
	ast_copy_string(caller->channel, ast_channel_name(chan), sizeof(caller->channel));
	ast_copy_string(caller->name, S_COR(id->name.valid, id->name.str, ""), sizeof(caller->name));
	ast_copy_string(caller->number, S_COR(id->number.valid, id->number.str, ""), sizeof(caller->number));
	ast_copy_string(caller->language, S_OR(ast_channel_language(chan), ""), sizeof(caller->language));
	ast_channel_unlock(chan);
}

void cv_extension(struct ast_channel *chan, char *extension, size_t size)
{
	ast_channel_lock(chan);
	ast_copy_string(extension, ast_channel_exten(chan), size);
	ast_channel_unlock(chan);
}

static struct ast_format *format_of(int codec, int rate)
{
	switch (codec) {
	case CV_PCMU:
		return ast_format_ulaw;
	case CV_PCMA:
		return ast_format_alaw;
	default:
		return ast_format_cache_get_slin_by_rate(rate);
	}
}

/* The highest rate that both the codec and the mixer know. */
static int mixer_rate(unsigned int rate)
{
	return rate >= 48000 ? 48000 : rate >= 32000 ? 32000 : rate >= 24000 ? 24000 : rate >= 16000 ? 16000 : 8000;
}

int cv_prepare(struct ast_channel *chan, int *codec, int *rate, struct cv_before *before)
{
	struct ast_format *wire;
	struct ast_format *mixed;
	int failed;

	ast_channel_lock(chan);
	wire = ast_channel_rawwriteformat(chan);
	if (ast_format_cmp(wire, ast_format_ulaw) == AST_FORMAT_CMP_EQUAL) {
		*codec = CV_PCMU;
		*rate = 8000;
	} else if (ast_format_cmp(wire, ast_format_alaw) == AST_FORMAT_CMP_EQUAL) {
		*codec = CV_PCMA;
		*rate = 8000;
	} else {
		*codec = CV_LINEAR;
		*rate = mixer_rate(ast_format_get_sample_rate(wire));
	}
	mixed = format_of(*codec, *rate);
	before->read_format = ao2_bump(ast_channel_readformat(chan));
	before->write_format = ao2_bump(ast_channel_writeformat(chan));
	before->end_dtmf_only = ast_test_flag(ast_channel_flags(chan), AST_FLAG_END_DTMF_ONLY);
	ast_set_flag(ast_channel_flags(chan), AST_FLAG_END_DTMF_ONLY);
	ast_channel_unlock(chan);

	failed = ast_set_read_format(chan, mixed) || ast_set_write_format(chan, mixed);
	if (failed) {
		cv_restore(chan, before);
	}
	return failed ? -1 : 0;
}

void cv_restore(struct ast_channel *chan, struct cv_before *before)
{
	ast_channel_lock(chan);
	if (!before->end_dtmf_only) {
		ast_clear_flag(ast_channel_flags(chan), AST_FLAG_END_DTMF_ONLY);
	}
	ast_channel_unlock(chan);
	if (before->read_format) {
		ast_set_read_format(chan, before->read_format);
	}
	if (before->write_format) {
		ast_set_write_format(chan, before->write_format);
	}
	ao2_cleanup(before->read_format);
	ao2_cleanup(before->write_format);
	before->read_format = before->write_format = NULL;
}

void cv_set_variable(struct ast_channel *chan, const char *name, const char *value)
{
	pbx_builtin_setvar_helper(chan, name, value);
}

int cv_hung_up(struct ast_channel *chan)
{
	return ast_check_hangup_locked(chan);
}

int cv_fds(struct ast_channel *chan, struct cv_fd *fds, int max)
{
	int found = 0;
	int position;

	if (ast_channel_trylock(chan)) {
		return -1;
	}
	for (position = 0; position < ast_channel_fd_count(chan) && found < max; position++) {
		int fd = ast_channel_fd(chan, position);

		if (fd >= 0) {
			fds[found].fd = fd;
			fds[found].position = position;
			found++;
		}
	}
	ast_channel_unlock(chan);
	return found;
}

int cv_is_stream(int fd)
{
	int type = 0;
	socklen_t length = sizeof(type);

	return !getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) && type == SOCK_STREAM;
}

int cv_is_free(struct ast_channel *chan)
{
	if (ast_channel_trylock(chan)) {
		return 0;
	}
	ast_channel_unlock(chan);
	return 1;
}

void cv_read(struct ast_channel *chan, int position, int urgent, int codec, int rate, struct cv_read *read)
{
	struct ast_frame *frame;

	read->frame = NULL;
	if (ast_channel_trylock(chan)) {
		read->kind = CV_BUSY;
		return;
	}
	/* ast_read() asks which descriptor was ready, and for what; ast_waitfor() would have said it. */
	ast_channel_fdno_set(chan, position);
	if (urgent) {
		ast_set_flag(ast_channel_flags(chan), AST_FLAG_EXCEPTION);
	} else {
		ast_clear_flag(ast_channel_flags(chan), AST_FLAG_EXCEPTION);
	}
	ast_channel_unlock(chan);
	frame = ast_read(chan);

	read->frame = frame;
	read->kind = CV_NOTHING;
	if (!frame) {
		read->kind = CV_GONE;
		return;
	}
	switch (frame->frametype) {
	case AST_FRAME_VOICE:
		if (frame->datalen > 0
			&& ast_format_cmp(frame->subclass.format, format_of(codec, rate)) == AST_FORMAT_CMP_EQUAL) {
			read->kind = CV_VOICE;
			read->data = frame->data.ptr;
			read->bytes = frame->datalen;
		}
		break;
	case AST_FRAME_DTMF_END:
		read->kind = CV_DIGIT;
		read->digit = (char) frame->subclass.integer;
		break;
	case AST_FRAME_CONTROL:
		if (frame->subclass.integer == AST_CONTROL_HOLD) {
			read->kind = CV_HOLD;
		} else if (frame->subclass.integer == AST_CONTROL_UNHOLD) {
			read->kind = CV_UNHOLD;
		}
		break;
	default:
		break;
	}
}

void cv_free(struct ast_frame *frame)
{
	ast_frfree(frame);
}

int cv_write(struct ast_channel *chan, int codec, int rate, void *data, int bytes, int samples)
{
	struct ast_frame frame = {
		.frametype = AST_FRAME_VOICE,
		.subclass.format = format_of(codec, rate),
		.data.ptr = data,
		.datalen = bytes,
		.samples = samples,
		.offset = CV_HEADROOM,
		.src = "Conclave",
	};

	return ast_write(chan, &frame) < 0
		&& (ast_check_hangup(chan) || ast_test_flag(ast_channel_flags(chan), AST_FLAG_ZOMBIE));
}

/* ---- masquerades ---- */

struct watch {
	struct ast_datastore *datastore;
	void *call;
};

static void watch_destroy(void *data)
{
	struct watch *watch = data;

	conclave_asterisk_forget(watch->call);
	ast_free(watch);
}

/* Our channel keeps its structure and gets another one's guts. */
static void watch_breakdown(void *data, struct ast_channel *old_chan, struct ast_channel *new_chan)
{
	struct watch *watch = data;

	conclave_asterisk_masqueraded(watch->call);
}

/*
 * Our channel's guts go elsewhere, and with them its datastores: ours must not follow, because
 * the module may be unloaded before that other channel ends. Our own channel becomes a zombie,
 * which its worker reads as a hang-up. channel_do_masquerade() traverses the list safely.
 */
static void watch_fixup(void *data, struct ast_channel *old_chan, struct ast_channel *new_chan)
{
	struct watch *watch = data;

	ast_channel_datastore_remove(old_chan, watch->datastore);
	ast_datastore_free(watch->datastore);
}

static const struct ast_datastore_info watch_info = {
	.type = "conclave",
	.destroy = watch_destroy,
	.chan_breakdown = watch_breakdown,
	.chan_fixup = watch_fixup,
};

int cv_watch(struct ast_channel *chan, void *call)
{
	struct watch *watch = ast_calloc(1, sizeof(*watch));

	if (!watch) {
		return -1;
	}
	watch->call = call;
	watch->datastore = ast_datastore_alloc(&watch_info, NULL);
	if (!watch->datastore) {
		ast_free(watch);
		return -1;
	}
	watch->datastore->data = watch;
	ast_channel_lock(chan);
	ast_channel_datastore_add(chan, watch->datastore);
	ast_channel_unlock(chan);
	return 0;
}

void cv_unwatch(struct ast_channel *chan, void *call)
{
	struct ast_datastore *datastore;

	ast_channel_lock(chan);
	datastore = ast_channel_datastore_find(chan, &watch_info, NULL);
	if (datastore && ((struct watch *) datastore->data)->call == call) {
		ast_channel_datastore_remove(chan, datastore);
	} else {
		datastore = NULL;
	}
	ast_channel_unlock(chan);
	if (datastore) {
		ast_datastore_free(datastore);
	}
}

/* ---- sounds ---- */

static int read_stream(struct ast_filestream *stream, int rate,
	void (*put)(void *to, const int16_t *samples, size_t count), void *to)
{
	struct ast_format *linear = ast_format_cache_get_slin_by_rate(rate);
	struct ast_trans_pvt *translator = NULL;
	struct ast_frame *frame;
	int result = 0;

	while (!result && (frame = ast_readframe(stream))) {
		struct ast_frame *samples = frame;

		if (ast_format_cmp(frame->subclass.format, linear) != AST_FORMAT_CMP_EQUAL) {
			if (!translator) {
				translator = ast_translator_build_path(linear, frame->subclass.format);
			}
			samples = translator ? ast_translate(translator, frame, 0) : NULL;
			if (!translator) {
				result = 2;
			}
		}
		if (samples) {
			put(to, samples->data.ptr, samples->samples);
			if (samples != frame) {
				ast_frfree(samples);
			}
		}
		ast_frfree(frame);
	}
	if (translator) {
		ast_translator_free_path(translator);
	}
	return result;
}

/* Where a sound stands in a language: main/file.c, build_filename() and fileexists_test(). */
static void sound_path(char *path, size_t size, const char *name, const char *language)
{
	const char *slash = strrchr(name, '/');
	int folder = slash ? (int) (slash - name) + 1 : 0;

	if (ast_strlen_zero(language) || name[0] == '/') {
		ast_copy_string(path, name, size);
	} else if (ast_language_is_prefix) {
		snprintf(path, size, "%s/%s", language, name);
	} else {
		snprintf(path, size, "%.*s%s/%s", folder, name, language, name + folder);
	}
}

int cv_sound(const char *name, const char *language, int *rate,
	void (*put)(void *to, const int16_t *samples, size_t count), void *to)
{
	/* The best first. */
	static const struct {
		const char *extension;
		int rate;
	} formats[] = {
		{ "sln48", 48000 }, { "sln16", 16000 }, { "wav16", 16000 }, { "g722", 16000 },
		{ "wav", 8000 }, { "sln", 8000 }, { "ulaw", 8000 }, { "alaw", 8000 }, { "gsm", 8000 },
	};
	char dialects[64];
	const char *languages[16];
	char path[512];
	size_t count = 0;
	size_t l;
	size_t f;

	/* The order of fileexists_core(): the language, then without its dialects, none, the default. */
	ast_copy_string(dialects, S_OR(language, ""), sizeof(dialects));
	while (!ast_strlen_zero(dialects) && count < ARRAY_LEN(languages) - 2) {
		char *dialect;

		languages[count++] = ast_strdupa(dialects);
		dialect = strrchr(dialects, '_');
		if (!dialect) {
			break;
		}
		*dialect = '\0';
	}
	languages[count++] = "";
	languages[count++] = DEFAULT_LANGUAGE;

	for (l = 0; l < count; l++) {
		sound_path(path, sizeof(path), name, languages[l]);
		for (f = 0; f < ARRAY_LEN(formats); f++) {
			struct ast_filestream *stream;
			int result;

			if (ast_fileexists(path, formats[f].extension, NULL) <= 0) {
				continue;
			}
			stream = ast_readfile(path, formats[f].extension, NULL, O_RDONLY, 0, 0);
			if (!stream) {
				return 2;
			}
			*rate = formats[f].rate;
			result = read_stream(stream, *rate, put, to);
			ast_closestream(stream);
			return result;
		}
	}
	return 1;
}

/* ---- music ---- */

struct ast_channel *cv_music_open(const char *class_name, int rate, void *music)
{
	struct ast_format *linear = ast_format_cache_get_slin_by_rate(rate);
	struct ast_format_cap *cap = ast_format_cap_alloc(AST_FORMAT_CAP_FLAG_DEFAULT);
	struct ast_channel *chan;

	if (!cap) {
		return NULL;
	}
	ast_format_cap_append(cap, linear, 0);
	/* Comes locked. */
	chan = ast_channel_alloc(1, AST_STATE_UP, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0,
		"Conclave/music-%s", class_name);
	if (!chan) {
		ao2_ref(cap, -1);
		return NULL;
	}
	ast_channel_nativeformats_set(chan, cap);
	ao2_ref(cap, -1);
	ast_channel_set_readformat(chan, linear);
	ast_channel_set_rawreadformat(chan, linear);
	ast_channel_set_writeformat(chan, linear);
	ast_channel_set_rawwriteformat(chan, linear);
	ast_channel_tech_set(chan, &music_tech);
	ast_channel_tech_pvt_set(chan, music);
	ast_channel_unlock(chan);

	if (ast_moh_start(chan, class_name, NULL)) {
		ast_hangup(chan);
		return NULL;
	}
	return chan;
}

void cv_music_close(struct ast_channel *chan)
{
	ast_moh_stop(chan);
	ast_hangup(chan);
}

struct ast_channel *cv_music_serve(struct ast_channel **chans, int count, int ms)
{
	struct ast_channel *ready = ast_waitfor_n(chans, count, &ms);
	struct ast_frame *frame = ready ? ast_read(ready) : NULL;

	if (!frame) {
		return ready;
	}
	ast_frfree(frame);
	return NULL;
}

/* ---- the module's own table ---- */

static int load_module(void)
{
	switch (conclave_asterisk_load()) {
	case 0:
		return AST_MODULE_LOAD_SUCCESS;
	case 1:
		return AST_MODULE_LOAD_DECLINE;
	default:
		return AST_MODULE_LOAD_FAILURE;
	}
}

static int reload_module(void)
{
	return conclave_asterisk_reload() ? AST_MODULE_RELOAD_ERROR : AST_MODULE_RELOAD_SUCCESS;
}

static int unload_module(void)
{
	return conclave_asterisk_unload();
}

AST_MODULE_INFO(ASTERISK_GPL_KEY, AST_MODFLAG_LOAD_ORDER, "Conclave conferences",
	.support_level = AST_MODULE_SUPPORT_EXTENDED,
	.load = load_module,
	.unload = unload_module,
	.reload = reload_module,
	.load_pri = AST_MODPRI_DEFAULT,
);
