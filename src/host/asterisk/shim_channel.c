/*
 * Channels. See shim.h. Facts about Asterisk 22 that this file relies on stand at the function that
 * does.
 *
 * SPDX-License-Identifier: MPL-2.0
 */
#include "asterisk.h"

#include "asterisk/causes.h"
#include "asterisk/channel.h"
#include "asterisk/datastore.h"
#include "asterisk/format_cache.h"
#include "asterisk/pbx.h"

#include "shim.h"

/* ---- channels ---- */

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

int cv_prepare(struct ast_channel *chan, struct ast_format *format, struct cv_before *before)
{
	int failed;

	/* Playtones() before us would go on, and Asterisk drops what is written meanwhile. */
	ast_deactivate_generator(chan);
	ast_channel_lock(chan);
	before->read_format = ao2_bump(ast_channel_readformat(chan));
	before->write_format = ao2_bump(ast_channel_writeformat(chan));
	before->end_dtmf_only = ast_test_flag(ast_channel_flags(chan), AST_FLAG_END_DTMF_ONLY);
	ast_set_flag(ast_channel_flags(chan), AST_FLAG_END_DTMF_ONLY);
	ast_channel_unlock(chan);

	before->native = NULL;
	before->codec = 0;
	failed = ast_set_read_format(chan, format) || ast_set_write_format(chan, format);
	if (!failed) {
		ast_channel_lock(chan);
		before->native = ao2_bump(ast_channel_nativeformats(chan));
		before->codec = ast_format_get_codec_id(ast_channel_rawreadformat(chan));
		ast_channel_unlock(chan);
	}
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
	ao2_cleanup(before->native);
	before->read_format = before->write_format = before->native = NULL;
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

/* What a called party's own line says, before Dial() says what it makes of it. */
static void remember_cause(struct ast_channel *chan, struct ast_frame *frame)
{
	const struct ast_control_pvt_cause_code *said = frame->data.ptr;

	if (!said || frame->datalen < (int) sizeof(*said) || !said->ast_cause || ast_channel_trylock(chan)) {
		return;
	}
	if (ast_channel_state(chan) != AST_STATE_UP) {
		ast_channel_hangupcause_set(chan, said->ast_cause);
	}
	ast_channel_unlock(chan);
}

/*
 * Whether none of the formats of a channel that we have locked has this codec. Each negotiation gives it a new list:
 * ast_channel_nativeformats_set().
 */
static int speaks_other(struct ast_channel *chan, const void *native, unsigned int codec)
{
	struct ast_format_cap *now = ast_channel_nativeformats(chan);
	size_t place;
	int sounds = 0;

	if (!native || now == native) {
		return 0;
	}
	for (place = 0; place < ast_format_cap_count(now); place++) {
		struct ast_format *format = ast_format_cap_get_format(now, (int) place);
		int same = ast_format_get_codec_id(format) == codec;

		sounds |= ast_format_get_type(format) == AST_MEDIA_TYPE_AUDIO;
		ao2_ref(format, -1);
		if (same) {
			return 0;
		}
	}
	return sounds;
}

void cv_read(struct ast_channel *chan, int position, int urgent, struct ast_format *format, const void *native,
	unsigned int codec, struct cv_read *read)
{
	struct ast_frame *frame;

	read->frame = NULL;
	if (ast_channel_trylock(chan)) {
		read->kind = CV_BUSY;
		return;
	}
	if (speaks_other(chan, native, codec)) {
		ast_channel_unlock(chan);
		read->kind = CV_CHANGED;
		return;
	}
	/* ast_read() asks which descriptor was ready, and for what; ast_waitfor() would have said it. */
	ast_channel_fdno_set(chan, position);
	read->fd = ast_channel_fd(chan, position);
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
		/* Its attributes may be those that the other end has for itself. */
		if (frame->datalen > 0
			&& ast_format_get_codec_id(frame->subclass.format) == ast_format_get_codec_id(format)) {
			read->kind = CV_VOICE;
			read->data = frame->data.ptr;
			read->bytes = frame->datalen;
			read->stamped = ast_test_flag(frame, AST_FRFLAG_HAS_SEQUENCE_NUMBER)
				&& ast_test_flag(frame, AST_FRFLAG_HAS_TIMING_INFO);
			read->sequence = (uint16_t) frame->seqno;
			read->time = (uint32_t) frame->ts;
		}
		break;
	case AST_FRAME_CNG:
		/* Its sequence and time are those of the last voice frame: res_rtp_asterisk does not set them. */
		read->kind = CV_SILENCE;
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
		} else if (frame->subclass.integer == AST_CONTROL_ANSWER) {
			read->kind = CV_ANSWERED;
		} else if (frame->subclass.integer == AST_CONTROL_BUSY) {
			read->kind = CV_REFUSED;
			read->cause = AST_CAUSE_BUSY;
		} else if (frame->subclass.integer == AST_CONTROL_CONGESTION) {
			/* What Dial() makes of every failure but busy: why it did is with the channel, if anybody said it. */
			read->kind = CV_REFUSED;
			read->cause = 0;
		} else if (frame->subclass.integer == AST_CONTROL_PVT_CAUSE_CODE) {
			remember_cause(chan, frame);
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

int cv_write(struct ast_channel *chan, struct ast_format *format, void *data, int bytes)
{
	struct ast_frame frame = {
		.frametype = AST_FRAME_VOICE,
		.subclass.format = format,
		.data.ptr = data,
		.datalen = bytes,
		.samples = (int) ast_format_get_sample_rate(format) / 50,
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
