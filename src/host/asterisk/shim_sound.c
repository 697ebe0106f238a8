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
#include "asterisk/mod_format.h"
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

/* What Asterisk can have of a sound. Only one file is read of it. */
static const struct {
	const char *extension;
	int rate;
	int lossy;
} formats[] = {
	{ "sln48", 48000, 0 }, { "sln32", 32000, 0 }, { "sln24", 24000, 0 }, { "sln16", 16000, 0 }, { "wav16", 16000, 0 },
	{ "wav", 8000, 0 }, { "sln", 8000, 0 }, { "ulaw", 8000, 0 }, { "alaw", 8000, 0 },
	{ "g722", 16000, 1 }, { "gsm", 8000, 1 },
};

/* How little a format is wanted for ears of a rate: the lowest rate that they lose nothing by, and else the highest. */
static int distance(size_t format, int rate)
{
	int more = formats[format].rate - rate;

	return more >= 0 ? more + 100000 * formats[format].lossy : 200000 - more;
}

/* The formats, those that are wanted most first. */
static void order_formats(size_t order[ARRAY_LEN(formats)], int rate)
{
	size_t f;

	for (f = 0; f < ARRAY_LEN(formats); f++) {
		size_t place = f;

		for (; place && distance(order[place - 1], rate) > distance(f, rate); place--) {
			order[place] = order[place - 1];
		}
		order[place] = f;
	}
}

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

int cv_sound(const char *name, const char *language, int wanted, int *rate,
	void (*put)(void *to, const int16_t *samples, size_t count), void *to)
{
	char dialects[64];
	const char *languages[16];
	size_t order[ARRAY_LEN(formats)];
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

	order_formats(order, wanted);
	for (l = 0; l < count; l++) {
		sound_path(path, sizeof(path), name, languages[l]);
		for (f = 0; f < ARRAY_LEN(formats); f++) {
			int result = read_sound(path, order[f], rate, put, to);

			if (result != 1) {
				return result;
			}
		}
	}
	return 1;
}

/* ---- music ---- */

struct music {
	/* Whose music it is. */
	void *feed;
	/* Where the file stood when its class was stopped, in samples at that rate; without a rate there was none. */
	off_t position;
	unsigned int rate;
};

/* Held: the channel's lock; the file that the frame came from is open. */
static int music_write(struct ast_channel *chan, struct ast_frame *frame)
{
	struct music *music = ast_channel_tech_pvt(chan);

	if (frame->frametype != AST_FRAME_VOICE || !music) {
		return 0;
	}
	if (music->rate) {
		struct ast_filestream *stream = ast_channel_stream(chan);

		if (stream) {
			ast_seekstream(stream, music->position * ast_format_get_sample_rate(stream->fmt->format) / music->rate,
				SEEK_SET);
		}
		music->rate = 0;
		return 0;
	}
	conclave_asterisk_music(music->feed, ast_format_get_sample_rate(frame->subclass.format), frame->data.ptr,
		frame->samples);
	return 0;
}

static struct ast_frame *music_read(struct ast_channel *chan)
{
	return &ast_null_frame;
}

static int music_hangup(struct ast_channel *chan)
{
	ast_free(ast_channel_tech_pvt(chan));
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

/*
 * Asterisk opens each file in the best format that the channel takes as it is, and translates only if there is none
 * (ast_translator_best_choice()): so the channel takes every rate that is of use.
 */
static int music_formats(struct ast_channel *chan, int rate)
{
	static const int rates[] = { 8000, 16000, 24000, 32000, 48000 };
	struct ast_format *linear = ast_format_cache_get_slin_by_rate(rate);
	struct ast_format_cap *cap = ast_format_cap_alloc(AST_FORMAT_CAP_FLAG_DEFAULT);
	size_t r;

	if (!cap) {
		return -1;
	}
	for (r = 0; r < ARRAY_LEN(rates) && rates[r] <= rate; r++) {
		ast_format_cap_append(cap, ast_format_cache_get_slin_by_rate(rates[r]), 0);
	}
	ast_channel_nativeformats_set(chan, cap);
	ao2_ref(cap, -1);
	ast_channel_set_readformat(chan, linear);
	ast_channel_set_rawreadformat(chan, linear);
	ast_channel_set_writeformat(chan, linear);
	ast_channel_set_rawwriteformat(chan, linear);
	return 0;
}

struct ast_channel *cv_music_open(const char *class_name, int rate, void *feed)
{
	/* Asterisk keeps what it shows of channels by their names (stasis_channels.c), and forgets a name some time after its
	 * channel has ended: another of the same name would be forgotten with it. */
	static int made;
	struct music *music = ast_calloc(1, sizeof(*music));
	struct ast_channel *chan;

	if (!music) {
		return NULL;
	}
	music->feed = feed;
	/* Comes locked. */
	chan = ast_channel_alloc(1, AST_STATE_UP, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0,
		"Conclave/music-%s-%08x", class_name, (unsigned int) ast_atomic_fetchadd_int(&made, 1));
	if (!chan) {
		ast_free(music);
		return NULL;
	}
	ast_channel_tech_set(chan, &music_tech);
	ast_channel_tech_pvt_set(chan, music);
	if (music_formats(chan, rate)) {
		ast_channel_unlock(chan);
		ast_hangup(chan);
		return NULL;
	}
	ast_channel_unlock(chan);

	if (ast_moh_start(chan, class_name, NULL)) {
		ast_hangup(chan);
		return NULL;
	}
	return chan;
}

int cv_music_retune(struct ast_channel *chan, const char *class_name, int rate)
{
	struct music *music;
	struct ast_filestream *stream;
	struct ast_trans_pvt *translator;
	int result;

	ast_channel_lock(chan);
	music = ast_channel_tech_pvt(chan);
	stream = ast_channel_stream(chan);
	if (music && stream) {
		/* The class goes on in the same file, but counts in samples, whatever their rate was (moh_files_next()). */
		music->position = ast_tellstream(stream);
		music->rate = ast_format_get_sample_rate(stream->fmt->format);
	}
	ast_channel_unlock(chan);
	ast_moh_stop(chan);
	ast_channel_lock(chan);
	translator = ast_channel_writetrans(chan);
	if (translator) {
		ast_channel_writetrans_set(chan, NULL);
		ast_translator_free_path(translator);
	}
	result = music_formats(chan, rate);
	ast_channel_unlock(chan);
	return !result && !ast_moh_start(chan, class_name, NULL);
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
