/*
 * Formats and translators. See shim.h. Facts about Asterisk 22 that this file relies on stand at the function that
 * does.
 *
 * SPDX-License-Identifier: MPL-2.0
 */
#include "asterisk.h"

#include "asterisk/channel.h"
#include "asterisk/codec.h"
#include "asterisk/format_cache.h"
#include "asterisk/format_cap.h"
#include "asterisk/opus.h"
#include "asterisk/rtp_engine.h"
#include "asterisk/translate.h"

#include "shim.h"

/* Formats are ao2 objects without a lock: holding one is counting, whatever the thread. */
void cv_format_hold(struct ast_format *format)
{
	ao2_ref(format, +1);
}

void cv_format_drop(struct ast_format *format)
{
	ao2_cleanup(format);
}

struct ast_format *cv_format_plain(int codec, int rate)
{
	switch (codec) {
	case CV_PCMU:
		return ao2_bump(ast_format_ulaw);
	case CV_PCMA:
		return ao2_bump(ast_format_alaw);
	default:
		return ao2_bump(ast_format_cache_get_slin_by_rate(rate));
	}
}

int cv_format_remembers(struct ast_format *format)
{
	const char *codec = ast_format_get_codec_name(format);

	return !strncmp(codec, "g726", 4) || !strcmp(codec, "adpcm") || !strcmp(codec, "g722");
}

int cv_format_same(struct ast_format *one, struct ast_format *other)
{
	return ast_format_cmp(one, other) == AST_FORMAT_CMP_EQUAL;
}

/*
 * The format that the RTP stack knows by the payload type that the other end wants has that end's own "fmtp". The
 * channel's has what became of it together with ours: Asterisk's own default asks for no channel but one and for no
 * correction, and only a commercial module can be told otherwise. Before the call is answered there is only that one:
 * chan_pjsip shows its RTP stack once both ends have agreed.
 */
static struct ast_format *asked_for(struct ast_channel *chan, struct ast_format *format)
{
	struct ast_rtp_glue *glue = ast_rtp_instance_get_glue(ast_channel_tech(chan)->type);
	struct ast_rtp_instance *rtp = NULL;
	struct ast_format *asked = NULL;

	if (glue && glue->get_rtp_info) {
		glue->get_rtp_info(chan, &rtp);
	}
	if (rtp) {
		struct ast_rtp_codecs *codecs = ast_rtp_instance_get_codecs(rtp);
		int payload = ast_rtp_codecs_payload_code_tx(codecs, 1, format, 0);

		asked = payload < 0 ? NULL : ast_rtp_codecs_get_payload_format(codecs, payload);
		ao2_ref(rtp, -1);
	}
	if (asked && ast_format_get_codec_id(asked) != ast_format_get_codec_id(format)) {
		ao2_ref(asked, -1);
		asked = NULL;
	}
	return asked ? asked : ao2_bump(format);
}

static int attribute(struct ast_format *format, const char *name, int otherwise)
{
	const int *value = ast_format_attribute_get(format, name);

	return value ? *value : otherwise;
}

/*
 * What became of an offer together with ours loses its "stereo", but not that it has two channels: see
 * opus_parse_sdp_fmtp() and opus_getjoint() in res_format_attr_opus.c.
 */
static void ask_opus(struct ast_format *format, struct cv_opus *opus)
{
	opus->stereo = attribute(format, CODEC_OPUS_ATTR_STEREO, 0) || ast_format_get_channel_count(format) == 2;
	opus->plays = attribute(format, CODEC_OPUS_ATTR_MAX_PLAYBACK_RATE, 48000);
	opus->records = attribute(format, CODEC_OPUS_ATTR_SPROP_MAX_CAPTURE_RATE, 48000);
	opus->most_bits = attribute(format, CODEC_OPUS_ATTR_MAX_AVERAGE_BITRATE, -1);
	opus->corrects = attribute(format, CODEC_OPUS_ATTR_FEC, 0);
	opus->spares = attribute(format, CODEC_OPUS_ATTR_DTX, 0);
	opus->constant = attribute(format, CODEC_OPUS_ATTR_CBR, 0);
}

/*
 * What the channel sends. After a change to a codec from which there is no translator to ours that is still the former
 * one, and only the list of what the channel speaks is new.
 */
static struct ast_format *native(struct ast_channel *chan)
{
	struct ast_format *raw = ast_channel_rawwriteformat(chan);
	struct ast_format_cap *formats = ast_channel_nativeformats(chan);
	struct ast_format *best;

	if (ast_format_cap_iscompatible_format(formats, raw) != AST_FORMAT_CMP_NOT_EQUAL) {
		return ao2_bump(raw);
	}
	best = ast_format_cap_get_best_by_type(formats, AST_MEDIA_TYPE_AUDIO);
	return best ? best : ao2_bump(raw);
}

void cv_wire(struct ast_channel *chan, struct cv_wire *wire)
{
	ast_channel_lock(chan);
	wire->format = native(chan);
	ast_copy_string(wire->codec, ast_format_get_codec_name(wire->format), sizeof(wire->codec));
	wire->rate = (int) ast_format_get_sample_rate(wire->format);
	wire->frame_ms = (int) ast_format_get_minimum_ms(wire->format);
	wire->linear = ast_format_cache_is_slinear(wire->format);
	if (!strcmp(wire->codec, "opus")) {
		struct ast_format *asked = asked_for(chan, wire->format);

		ask_opus(asked, &wire->opus);
		ao2_ref(asked, -1);
	}
	ast_channel_unlock(chan);
}

/* Takes the list of translators for reading, and may load nothing. Logs if there is no path. */
struct ast_trans_pvt *cv_path(struct ast_format *to, struct ast_format *from)
{
	return ast_translator_build_path(to, from);
}

void cv_path_free(struct ast_trans_pvt *path)
{
	ast_translator_free_path(path);
}

int cv_has_path(struct ast_format *to, struct ast_format *from)
{
	return ast_translate_path_steps(to, from) > 0;
}

/*
 * ast_translate() takes no lock: each step of a path is this caller's alone. Each step hands its result on in a copy,
 * whose memory comes out of the thread's own cache of frames (main/frame.c) once that has some of the size, which is
 * after the first few; only with "cache_media_frames = no" in asterisk.conf each is allocated.
 */
int cv_translate(struct ast_trans_pvt *path, struct ast_format *format, const void *data, int bytes, void *out,
	int most)
{
	struct ast_frame frame = {
		.frametype = AST_FRAME_VOICE,
		.subclass.format = format,
		.data.ptr = (void *) data,
		.datalen = bytes,
		.src = "Conclave",
	};
	struct ast_frame *made;
	struct ast_frame *next;
	int length = 0;

	frame.samples = (int) ast_codec_samples_count(&frame);
	if (frame.samples <= 0) {
		return 0;
	}
	made = ast_translate(path, &frame, 0);
	for (next = made; next; next = AST_LIST_NEXT(next, frame_list)) {
		if (next->frametype == AST_FRAME_VOICE && next->datalen > 0 && length + next->datalen <= most) {
			memcpy((char *) out + length, next->data.ptr, next->datalen);
			length += next->datalen;
		}
	}
	if (made && made != &frame) {
		ast_frfree(made);
	}
	return length;
}
