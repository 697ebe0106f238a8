/*
 * Module, console, settings. See shim.h. Facts about Asterisk 22 that this file relies on stand at the function that
 * does.
 *
 * SPDX-License-Identifier: MPL-2.0
 */
#include "asterisk.h"

#include "asterisk/channel.h"
#include "asterisk/cli.h"
#include "asterisk/config.h"
#include "asterisk/logger.h"
#include "asterisk/module.h"
#include "asterisk/pbx.h"

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

/* One for each command that Rust's table has; the same handler serves all. */
static struct ast_cli_entry *commands;
static int command_count;

static char *run(struct ast_cli_entry *entry, int cmd, struct ast_cli_args *args)
{
	int command = entry - commands;
	const char *words;
	const char *usage;
	const char *summary;
	char word[256];

	switch (cmd) {
	case CLI_INIT:
		conclave_asterisk_describe(command, &words, &usage, &summary);
		/* Registering copies the words; the usage stays where it is. */
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

static void register_commands(void)
{
	int command;

	command_count = conclave_asterisk_commands();
	commands = ast_calloc(command_count, sizeof(*commands));
	if (!commands) {
		command_count = 0;
		return;
	}
	for (command = 0; command < command_count; command++) {
		const char *words;
		const char *usage;
		const char *summary;

		conclave_asterisk_describe(command, &words, &usage, &summary);
		/* The summary can be given only as the entry begins. */
		memcpy(&commands[command], &(struct ast_cli_entry) { .summary = summary, .handler = run },
			sizeof(*commands));
	}
	ast_cli_register_multiple(commands, command_count);
}

/* ---- module ---- */

int cv_register(void)
{
	if (cv_music_register()) {
		return -1;
	}
	if (ast_register_application_xml("Conclave", conclave_asterisk_exec)) {
		cv_music_unregister();
		return -1;
	}
	if (cv_admin_register()) {
		ast_unregister_application("Conclave");
		cv_music_unregister();
		return -1;
	}
	register_commands();
	/* Runs at "core stop now" too, which unloads no module and ends in exit(). */
	ast_register_atexit(conclave_asterisk_shutdown);
	return 0;
}

void cv_unregister(void)
{
	ast_unregister_atexit(conclave_asterisk_shutdown);
	ast_cli_unregister_multiple(commands, command_count);
	ast_free(commands);
	commands = NULL;
	cv_admin_unregister();
	ast_unregister_application("Conclave");
	cv_music_unregister();
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
