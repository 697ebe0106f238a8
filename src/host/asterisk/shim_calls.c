/*
 * What only a call's own thread does, and calls that we make. See shim.h. Facts about Asterisk 22 that this file relies
 * on stand at the function that does.
 *
 * SPDX-License-Identifier: MPL-2.0
 */
#include "asterisk.h"

#include "asterisk/ast_version.h"
#include "asterisk/callerid.h"
#include "asterisk/causes.h"
#include "asterisk/cdr.h"
#include "asterisk/cel.h"
#include "asterisk/channel.h"
#include "asterisk/format_cache.h"
#include "asterisk/manager.h"
#include "asterisk/module.h"
#include "asterisk/paths.h"
#include "asterisk/pbx.h"

#include "shim.h"

/* ---- a call's own thread ---- */

int cv_is_up(struct ast_channel *chan)
{
	return ast_channel_state(chan) == AST_STATE_UP;
}

int cv_answer(struct ast_channel *chan)
{
	return cv_is_up(chan) ? 0 : ast_raw_answer(chan);
}

void cv_progress(struct ast_channel *chan)
{
	ast_indicate(chan, AST_CONTROL_PROGRESS);
}

void cv_send_digit(struct ast_channel *chan, char digit, int ms)
{
	/* Not ast_senddigit(), which reads the channel meanwhile: others do. Both halves take the locks they need. */
	ast_senddigit_begin(chan, digit);
	usleep(ms * 1000);
	ast_senddigit_end(chan, digit, ms);
}

void cv_address(struct ast_channel *chan, char *address, size_t size)
{
	static const struct {
		const char *type;
		const char *function;
	} known[] = {
		{ "PJSIP", "CHANNEL(pjsip,remote_addr)" },
		{ "IAX2", "CHANNEL(peerip)" },
	};
	char dialled[256] = "";
	const char *type;
	int known_address;
	size_t i;

	*address = '\0';
	ast_channel_lock(chan);
	type = ast_channel_tech(chan)->type;
	/* PJSIP knows it of calls that came in, and sets this for them; of others, transferred to us, it complains. */
	known_address = strcmp(type, "PJSIP") || pbx_builtin_getvar_helper(chan, "SIPDOMAIN");
	ast_channel_unlock(chan);
	if (!known_address || !ast_custom_function_find("CHANNEL")) {
		return;
	}
	/* The flag is gone once a bridge let the call go on elsewhere; what the caller dialled tells it, without complaint. */
	if (!strcmp(type, "PJSIP")
		&& (ast_func_read(chan, "CHANNEL(pjsip,request_uri)", dialled, sizeof(dialled)) || !*dialled)) {
		return;
	}
	for (i = 0; i < ARRAY_LEN(known); i++) {
		if (!strcmp(type, known[i].type) && ast_func_read(chan, known[i].function, address, size)) {
			*address = '\0';
		}
	}
}

void cv_variable(struct ast_channel *chan, const char *name, char *value, size_t size)
{
	ast_channel_lock(chan);
	ast_copy_string(value, S_OR(pbx_builtin_getvar_helper(chan, name), ""), size);
	ast_channel_unlock(chan);
}

/* ---- records of calls ---- */

void cv_cel(struct ast_channel *chan, const char *event, const char *extra)
{
	ast_cel_publish_user_event(chan, event, extra);
}

void cv_cdr(struct ast_channel *chan, const char *name, const char *value)
{
	char function[64];

	/* Without records, or without the function, it would complain. */
	if (!ast_cdr_is_enabled() || !ast_custom_function_find("CDR")) {
		return;
	}
	snprintf(function, sizeof(function), "CDR(%s)", name);
	ast_func_write(chan, function, value);
}

/* ---- the dial plan ---- */

struct place {
	char context[AST_MAX_CONTEXT];
	char extension[AST_MAX_EXTENSION];
	char caller[AST_MAX_EXTENSION];
	int priority;
};

/* Held: the channel's lock. */
static void look_where(struct ast_channel *chan, struct place *place)
{
	struct ast_party_number *number = &ast_channel_caller(chan)->id.number;

	ast_copy_string(place->context, ast_channel_context(chan), sizeof(place->context));
	ast_copy_string(place->extension, ast_channel_exten(chan), sizeof(place->extension));
	ast_copy_string(place->caller, S_COR(number->valid, number->str, ""), sizeof(place->caller));
	place->priority = ast_channel_priority(chan);
}

/* Held: the channel's lock. */
static void go(struct ast_channel *chan, const char *context, const char *extension, int priority)
{
	ast_channel_context_set(chan, context);
	ast_channel_exten_set(chan, extension);
	ast_channel_priority_set(chan, priority);
}

/* Background() or WaitExten() ended with a key: goes to the extension that it begins. 0 = there is one. */
static int go_where_keyed(struct ast_channel *chan, char first)
{
	char keyed[AST_MAX_EXTENSION] = { first };
	size_t length = 1;
	struct place here;
	const char *next = keyed;

	ast_channel_lock(chan);
	look_where(chan, &here);
	ast_channel_unlock(chan);
	while (length < sizeof(keyed) - 1 && ast_matchmore_extension(chan, here.context, keyed, 1, here.caller)) {
		int key = ast_waitfordigit(chan, 5000);

		if (key <= 0) {
			break;
		}
		keyed[length++] = (char) key;
	}
	if (!ast_exists_extension(chan, here.context, keyed, 1, here.caller)) {
		next = "i";
		if (!ast_exists_extension(chan, here.context, next, 1, here.caller)) {
			return -1;
		}
		pbx_builtin_setvar_helper(chan, "INVALID_EXTEN", keyed);
	}
	ast_channel_lock(chan);
	if (!ast_check_hangup(chan)) {
		go(chan, here.context, next, 1);
	}
	ast_channel_unlock(chan);
	return 0;
}

/*
 * Not ast_pbx_run_args(), which would take a redirection for its own: who is redirected while he is away would be run
 * there, and come back. Here the flag stays where it is, for the PBX thread's own loop to obey.
 */
int cv_run_dialplan(struct ast_channel *chan, const char *context, const char *extension, int priority)
{
	struct place before;
	struct place here;
	int was_in_loop;
	int gone;

	ast_channel_lock(chan);
	look_where(chan, &before);
	ast_channel_unlock(chan);
	if (!ast_exists_extension(chan, context, extension, priority, before.caller)) {
		return 2;
	}
	ast_channel_lock(chan);
	/* With this flag Goto() and others leave the place one step before the one that they mean. */
	was_in_loop = ast_test_flag(ast_channel_flags(chan), AST_FLAG_IN_AUTOLOOP);
	if (!ast_check_hangup(chan)) {
		ast_set_flag(ast_channel_flags(chan), AST_FLAG_IN_AUTOLOOP);
		go(chan, context, extension, priority);
	}
	ast_channel_unlock(chan);

	while (!ast_check_hangup_locked(chan)) {
		int found = 0;
		int result;

		ast_channel_lock(chan);
		look_where(chan, &here);
		ast_channel_unlock(chan);
		result = ast_spawn_extension(chan, here.context, here.extension, here.priority, here.caller, &found, 1);
		if (result) {
			if (!found || !strchr("0123456789ABCDEF*#", result) || go_where_keyed(chan, (char) result)) {
				break;
			}
			continue;
		}
		ast_channel_lock(chan);
		if (!ast_check_hangup(chan)) {
			ast_channel_priority_set(chan, ast_channel_priority(chan) + 1);
		}
		ast_channel_unlock(chan);
	}

	ast_channel_lock(chan);
	if (!was_in_loop) {
		ast_clear_flag(ast_channel_flags(chan), AST_FLAG_IN_AUTOLOOP);
	}
	gone = ast_check_hangup(chan) || ast_test_flag(ast_channel_flags(chan), AST_FLAG_ZOMBIE);
	/* Who hung up there has left the conference, so it is that place whose "h" runs. */
	if (!(ast_channel_softhangup_internal_flag(chan) & AST_SOFTHANGUP_ASYNCGOTO)) {
		go(chan, before.context, before.extension, before.priority);
	}
	ast_channel_unlock(chan);
	return gone;
}

void cv_goto(struct ast_channel *chan, const char *context, const char *extension, int priority)
{
	ast_explicit_goto(chan, context, extension, priority);
}

/* ---- calls that we make ---- */

int cv_dial_exists(const char *context, const char *number)
{
	return ast_exists_extension(NULL, context, number, 1, NULL);
}

struct ast_channel *cv_dial(const struct cv_dial *dial)
{
	char address[AST_MAX_EXTENSION + AST_MAX_CONTEXT];
	struct ast_format_cap *cap = ast_format_cap_alloc(AST_FORMAT_CAP_FLAG_DEFAULT);
	struct ast_party_connected_line connected;
	struct ast_channel *chan;
	int cause = 0;

	if (!cap) {
		return NULL;
	}
	/* Wideband: what the called telephone speaks is known only when it has answered. */
	ast_format_cap_append(cap, ast_format_slin16, 0);
	snprintf(address, sizeof(address), "%s@%s", dial->number, dial->context);
	chan = ast_request("Local", cap, NULL, NULL, address, &cause);
	ao2_ref(cap, -1);
	if (!chan) {
		return NULL;
	}

	/* The far half takes our connected line for its caller, our caller for who is called: ast_unreal_call_setup(). */
	ast_set_callerid(chan, dial->number, NULL, NULL);
	ast_channel_lock(chan);
	if (!ast_strlen_zero(dial->language)) {
		ast_channel_language_set(chan, dial->language);
	}
	ast_set_flag(ast_channel_flags(chan), AST_FLAG_ORIGINATED);
	ast_party_connected_line_set_init(&connected, ast_channel_connected(chan));
	ast_channel_unlock(chan);
	connected.id.number.valid = 1;
	connected.id.number.str = (char *) dial->caller_number;
	connected.id.number.presentation = AST_PRES_ALLOWED_USER_NUMBER_NOT_SCREENED;
	connected.id.name.valid = 1;
	connected.id.name.str = (char *) dial->caller_name;
	connected.id.name.presentation = AST_PRES_ALLOWED_USER_NUMBER_NOT_SCREENED;
	ast_channel_set_connected_line(chan, &connected, NULL);
	/* The far half gets our variables; the underscores hand it on to whoever that calls. */
	pbx_builtin_setvar_helper(chan, "__" CV_INVITED_BY, dial->room);

	if (ast_call(chan, address, 0)) {
		ast_hangup(chan);
		return NULL;
	}
	return chan;
}

int cv_dial_wait(struct ast_channel *chan, int ms, int *cause)
{
	int waited = ast_waitfor(chan, ms);
	int kind = CV_NOTHING;
	struct ast_frame *frame;

	if (!waited) {
		return CV_NOTHING;
	}
	frame = waited < 0 ? NULL : ast_read(chan);
	if (!frame) {
		return CV_GONE;
	}
	if (frame->frametype == AST_FRAME_VOICE) {
		kind = CV_PROGRESS;
	} else if (frame->frametype == AST_FRAME_CONTROL) {
		const struct ast_control_pvt_cause_code *said = frame->data.ptr;

		switch (frame->subclass.integer) {
		case AST_CONTROL_RINGING:
			kind = CV_RINGING;
			break;
		case AST_CONTROL_PROGRESS:
			kind = CV_PROGRESS;
			break;
		case AST_CONTROL_ANSWER:
			kind = CV_ANSWERED;
			break;
		case AST_CONTROL_BUSY:
			kind = CV_REFUSED;
			*cause = AST_CAUSE_BUSY;
			break;
		case AST_CONTROL_CONGESTION:
			/* What Dial() makes of every failure but busy: why it did is better known from the line itself. */
			kind = CV_REFUSED;
			*cause = *cause ? *cause : AST_CAUSE_CONGESTION;
			break;
		case AST_CONTROL_PVT_CAUSE_CODE:
			if (said && frame->datalen >= (int) sizeof(*said) && said->ast_cause) {
				*cause = said->ast_cause;
			}
			break;
		default:
			break;
		}
	}
	ast_frfree(frame);
	return kind;
}

int cv_cause(struct ast_channel *chan)
{
	return ast_channel_hangupcause(chan);
}

void cv_hang_up_softly(struct ast_channel *chan)
{
	ast_softhangup(chan, AST_SOFTHANGUP_DEV);
}

void cv_hang_up(struct ast_channel *chan)
{
	ast_hangup(chan);
}

int cv_start_dialplan(struct ast_channel *chan, const char *context, const char *extension, int priority)
{
	return ast_explicit_goto(chan, context, extension, priority) || ast_pbx_start(chan) != AST_PBX_SUCCESS;
}

void cv_module_ref(void)
{
	ast_module_ref(AST_MODULE_SELF);
}

void cv_module_unref(void)
{
	ast_module_unref(AST_MODULE_SELF);
}

/* ---- events, folders ---- */

void cv_event(const char *name, const char *fields)
{
	manager_event(EVENT_FLAG_CALL, name, "%s", fields);
}

const char *cv_spool_dir(void)
{
	return ast_config_AST_SPOOL_DIR;
}

const char *cv_log_dir(void)
{
	return ast_config_AST_LOG_DIR;
}

const char *cv_var_dir(void)
{
	return ast_config_AST_VAR_DIR;
}

const char *cv_version(void)
{
	return ast_get_version();
}

/* ---- what the dial plan does ---- */

static int runs_conclave(struct ast_exten *exten)
{
	struct ast_exten *step = NULL;

	while ((step = ast_walk_extension_priorities(exten, step))) {
		if (!strcasecmp(ast_get_extension_app(step), "Conclave")) {
			return 1;
		}
	}
	return 0;
}

/* Contexts may include each other in a circle. */
#define MOST_INCLUDES 16

static int leads_here(struct ast_context *context, int depth)
{
	struct ast_exten *exten = NULL;
	int found = 0;
	int at;

	ast_rdlock_context(context);
	while (!found && (exten = ast_walk_context_extensions(context, exten))) {
		found = runs_conclave(exten);
	}
	for (at = 0; !found && depth < MOST_INCLUDES && at < ast_context_includes_count(context); at++) {
		const char *name = ast_get_include_name(ast_context_includes_get(context, at));
		struct ast_context *included = ast_context_find(name);

		found = included && included != context && leads_here(included, depth + 1);
	}
	ast_unlock_context(context);
	return found;
}

void cv_contexts(void (*each)(void *to, const char *context), void *to)
{
	struct ast_context *context = NULL;

	ast_rdlock_contexts();
	while ((context = ast_walk_contexts(context))) {
		if (leads_here(context, 0)) {
			each(to, ast_get_context_name(context));
		}
	}
	ast_unlock_contexts();
}

int cv_dialled(const char *context, const char *number, char *first, size_t size)
{
	struct pbx_find_info found = { .stacklen = 0 };
	struct ast_exten *exten;
	int use = 0;

	ast_rdlock_contexts();
	exten = pbx_find_extension(NULL, NULL, &found, context, number, 1, NULL, "", E_MATCH);
	if (exten) {
		use = runs_conclave(exten) ? 1 : 2;
		ast_copy_string(first, ast_get_extension_app(exten), size);
	} else if (found.swo) {
		use = 2;
		ast_copy_string(first, found.swo->name, size);
	}
	ast_unlock_contexts();
	return use;
}
