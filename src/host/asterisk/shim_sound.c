/*
 * Sounds and music. See shim.h. Facts about Asterisk 22 that this file relies on stand at the function that
 * does.
 *
 * SPDX-License-Identifier: MPL-2.0
 */
#include "asterisk.h"

#include "asterisk/channel.h"
#include "asterisk/file.h"
#include "asterisk/format_cache.h"
#include "asterisk/musiconhold.h"
#include "asterisk/paths.h"
#include "asterisk/translate.h"

#include "shim.h"

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

	if (ast_strlen_zero(language)) {
		ast_copy_string(path, name, size);
	} else if (ast_language_is_prefix && name[0] != '/') {
		snprintf(path, size, "%s/%s", language, name);
	} else {
		snprintf(path, size, "%.*s%s/%s", folder, name, language, name + folder);
	}
}

/* What Asterisk can have of a sound, the best first: only that one is read. Others resample it for themselves. */
static const struct {
	const char *extension;
	int rate;
} formats[] = {
	{ "sln48", 48000 }, { "sln32", 32000 }, { "sln24", 24000 }, { "sln16", 16000 }, { "wav16", 16000 },
	{ "g722", 16000 }, { "wav", 8000 }, { "sln", 8000 }, { "ulaw", 8000 }, { "alaw", 8000 }, { "gsm", 8000 },
};

/* As cv_sound(), of this file in this format. */
static int read_sound(const char *path, size_t format, int *rate,
	void (*put)(void *to, const int16_t *samples, size_t count), void *to)
{
	struct ast_filestream *stream;
	char file[1024];
	int result;

	/* Not ast_fileexists(), which would find it in the default language too, where ast_readfile() does not look. */
	snprintf(file, sizeof(file), "%s%s%s.%s", path[0] == '/' ? "" : ast_config_AST_DATA_DIR,
		path[0] == '/' ? "" : "/sounds/", path, formats[format].extension);
	if (access(file, R_OK) || !ast_get_format_for_file_ext(formats[format].extension)) {
		return 1;
	}
	stream = ast_readfile(path, formats[format].extension, NULL, O_RDONLY, 0, 0);
	if (!stream) {
		return 2;
	}
	*rate = formats[format].rate;
	result = read_stream(stream, *rate, put, to);
	ast_closestream(stream);
	return result;
}

int cv_sound(const char *name, const char *language, int *rate,
	void (*put)(void *to, const int16_t *samples, size_t count), void *to)
{
	char dialects[64];
	const char *languages[16];
	char path[512];
	size_t count = 0;
	size_t l;
	size_t f;
	char *ending;

	/* A whole path may say which file it means. */
	ast_copy_string(path, name, sizeof(path));
	ending = name[0] == '/' ? strrchr(path, '.') : NULL;
	if (ending && !strchr(ending, '/')) {
		*ending++ = '\0';
		for (f = 0; f < ARRAY_LEN(formats); f++) {
			if (!strcmp(ending, formats[f].extension)) {
				int result = read_sound(path, f, rate, put, to);

				if (result != 1) {
					return result;
				}
			}
		}
	}

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
			int result = read_sound(path, f, rate, put, to);

			if (result != 1) {
				return result;
			}
		}
	}
	return 1;
}

/* ---- music ---- */

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

int cv_music_register(void)
{
	/*
	 * ast_channel_alloc() gives a channel the technology that is registered under the first part
	 * of its name. Only so is it internal from its first snapshot on; else CDR opens a record for
	 * it and never hears of its end.
	 */
	return ast_channel_register(&music_tech);
}

void cv_music_unregister(void)
{
	ast_channel_unregister(&music_tech);
}

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
