/*
 * For administrators: actions of the manager interface, a function of the dial plan, states for lamps. See shim.h.
 *
 * SPDX-License-Identifier: MPL-2.0
 */
#include "asterisk.h"

#include "asterisk/channel.h"
#include "asterisk/devicestate.h"
#include "asterisk/manager.h"
#include "asterisk/module.h"
#include "asterisk/pbx.h"

#include "shim.h"

/* ---- actions of the manager interface ---- */

static int act(struct mansession *session, const struct message *message)
{
	conclave_asterisk_action((void *) session, (const void *) message);
	return 0;
}

const char *cv_header(const void *message, const char *name)
{
	return S_OR(astman_get_header(message, (char *) name), "");
}

void cv_done(void *session, const void *message, const char *text, const char *fields)
{
	const char *id = cv_header(message, "ActionID");

	astman_append(session, "Response: Success\r\n");
	if (!ast_strlen_zero(id)) {
		astman_append(session, "ActionID: %s\r\n", id);
	}
	astman_append(session, "Message: %s\r\n%s\r\n", text, fields);
}

void cv_not_done(void *session, const void *message, const char *text)
{
	astman_send_error(session, message, (char *) text);
}

void cv_list_begin(void *session, const void *message, const char *text)
{
	astman_send_listack(session, message, (char *) text, "start");
}

void cv_list_item(void *session, const void *message, const char *event, const char *fields)
{
	const char *id = cv_header(message, "ActionID");

	astman_append(session, "Event: %s\r\n", event);
	if (!ast_strlen_zero(id)) {
		astman_append(session, "ActionID: %s\r\n", id);
	}
	astman_append(session, "%s\r\n", fields);
}

void cv_list_end(void *session, const void *message, const char *event, int count)
{
	astman_send_list_complete_start(session, message, event, count);
	astman_send_list_complete_end(session);
}

static const int privileges[] = {
	[CV_CALLS] = EVENT_FLAG_CALL,
	[CV_REPORTS] = EVENT_FLAG_CALL | EVENT_FLAG_REPORTING,
	[CV_COMMANDS] = EVENT_FLAG_COMMAND,
};

/* ---- CONCLAVE_INFO() ---- */

static int info(struct ast_channel *chan, const char *cmd, char *data, char *buf, size_t len)
{
	return conclave_asterisk_info(data, buf, len);
}

static struct ast_custom_function info_function = {
	.name = "CONCLAVE_INFO",
	.read = info,
};

/* ---- states for lamps ---- */

static const enum ast_device_state states[] = {
	[CV_LAMP_INVALID] = AST_DEVICE_INVALID,
	[CV_LAMP_IDLE] = AST_DEVICE_NOT_INUSE,
	[CV_LAMP_USED] = AST_DEVICE_INUSE,
	[CV_LAMP_RINGS] = AST_DEVICE_RINGING,
	[CV_LAMP_RINGS_USED] = AST_DEVICE_RINGINUSE,
	[CV_LAMP_BUSY] = AST_DEVICE_BUSY,
};

static enum ast_device_state device_state(const char *room)
{
	return states[conclave_asterisk_device_state(room)];
}

void cv_device_state(const char *room, int state)
{
	ast_devstate_changed(states[state], AST_DEVSTATE_CACHABLE, "conclave:%s", room);
}

/* ---- all of it ---- */

int cv_admin_register(void)
{
	int action;
	int failed = 0;

	for (action = 0; action < conclave_asterisk_actions(); action++) {
		struct cv_action described;

		conclave_asterisk_describe_action(action, &described);
		/* Copies all strings. */
		failed |= ast_manager_register2(described.name, privileges[described.privilege], act, AST_MODULE_SELF,
			described.synopsis, described.description);
	}
	failed |= ast_custom_function_register(&info_function);
	failed |= ast_devstate_prov_add("Conclave", device_state);
	if (failed) {
		cv_admin_unregister();
	}
	return failed ? -1 : 0;
}

void cv_admin_unregister(void)
{
	int action;

	ast_devstate_prov_del("Conclave");
	ast_custom_function_unregister(&info_function);
	for (action = 0; action < conclave_asterisk_actions(); action++) {
		struct cv_action described;

		conclave_asterisk_describe_action(action, &described);
		ast_manager_unregister(described.name);
	}
}
