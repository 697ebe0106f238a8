/*
 * What Conclave uses of FreeSWITCH, declared anew.
 *
 * FreeSWITCH is packaged by few distributions, and its headers need those of a dozen libraries. The adapter uses some
 * hundred functions, and of the structures only those below, so it declares them by itself and can be built, and is, on
 * machines without FreeSWITCH. Where FreeSWITCH's headers are, check.c is compiled before anything else: there this file
 * stands behind <switch.h>, so that the compiler itself compares each function with FreeSWITCH's own declaration, and
 * each constant, size and offset is asserted. Names and types are FreeSWITCH's, as they must be.
 *
 * True for 1.10.9 to 1.11.1.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef CONCLAVE_CHECK
#define VALUE(name, value) _Static_assert((long long) (name) == (value), #name);
#define STRUCTURE(name) struct our_##name
#define SAME_SIZE(name) _Static_assert(sizeof(struct our_##name) == sizeof(name), #name);
#define SAME_PLACE(name, member) \
	_Static_assert(offsetof(struct our_##name, member) == offsetof(name, member) && \
		sizeof(((struct our_##name *) 0)->member) == sizeof(((name *) 0)->member), #name "." #member);
#else
#define VALUE(name, value) enum { name = (value) };
#define STRUCTURE(name) typedef struct name name; struct name
#define SAME_SIZE(name)
#define SAME_PLACE(name, member)

typedef int switch_status_t;
typedef int switch_bool_t;
typedef int switch_text_channel_t;
typedef int switch_log_level_t;
typedef int switch_module_interface_name_t;
typedef uint32_t switch_module_flag_t;
typedef size_t switch_size_t;

typedef struct apr_pool_t switch_memory_pool_t;
typedef struct switch_loadable_module_interface switch_loadable_module_interface_t;
typedef struct switch_core_session switch_core_session_t;
typedef struct switch_channel switch_channel_t;
typedef struct switch_event switch_event_t;
typedef struct switch_stream_handle switch_stream_handle_t;

typedef switch_status_t (*switch_module_load_t)(switch_loadable_module_interface_t **, switch_memory_pool_t *);
typedef switch_status_t (*switch_module_runtime_t)(void);
typedef switch_status_t (*switch_module_shutdown_t)(void);
typedef void (*switch_application_function_t)(switch_core_session_t *, const char *);
typedef switch_status_t (*switch_api_function_t)(const char *, switch_core_session_t *, switch_stream_handle_t *);
#endif

/* Modules. */

VALUE(SWITCH_API_VERSION, 5)
VALUE(SWITCH_STATUS_SUCCESS, 0)
VALUE(SWITCH_STATUS_FALSE, 1)
VALUE(SWITCH_STATUS_GENERR, 9)
VALUE(SWITCH_STATUS_BREAK, 11)
VALUE(SWITCH_STATUS_NOUNLOAD, 16)
VALUE(SMODF_NONE, 0)
VALUE(SWITCH_APPLICATION_INTERFACE, 4)
VALUE(SWITCH_API_INTERFACE, 5)
VALUE(SAF_NONE, 0)

STRUCTURE(switch_loadable_module_function_table_t) {
	int switch_api_version;
	switch_module_load_t load;
	switch_module_shutdown_t shutdown;
	switch_module_runtime_t runtime;
	switch_module_flag_t flags;
};
SAME_SIZE(switch_loadable_module_function_table_t)
SAME_PLACE(switch_loadable_module_function_table_t, load)
SAME_PLACE(switch_loadable_module_function_table_t, shutdown)
SAME_PLACE(switch_loadable_module_function_table_t, runtime)
SAME_PLACE(switch_loadable_module_function_table_t, flags)

/* What follows the members belongs to FreeSWITCH, which makes the structure. */
STRUCTURE(switch_application_interface_t) {
	const char *interface_name;
	switch_application_function_t application_function;
	const char *long_desc;
	const char *short_desc;
	const char *syntax;
	uint32_t flags;
};
SAME_PLACE(switch_application_interface_t, interface_name)
SAME_PLACE(switch_application_interface_t, application_function)
SAME_PLACE(switch_application_interface_t, long_desc)
SAME_PLACE(switch_application_interface_t, short_desc)
SAME_PLACE(switch_application_interface_t, syntax)
SAME_PLACE(switch_application_interface_t, flags)

STRUCTURE(switch_api_interface_t) {
	const char *interface_name;
	const char *desc;
	switch_api_function_t function;
	const char *syntax;
};
SAME_PLACE(switch_api_interface_t, interface_name)
SAME_PLACE(switch_api_interface_t, desc)
SAME_PLACE(switch_api_interface_t, function)
SAME_PLACE(switch_api_interface_t, syntax)

switch_loadable_module_interface_t *switch_loadable_module_create_module_interface(switch_memory_pool_t *pool, const char *name);
void *switch_loadable_module_create_interface(switch_loadable_module_interface_t *mod, switch_module_interface_name_t iname);

/* The log. */

VALUE(SWITCH_CHANNEL_ID_LOG, 0)
VALUE(SWITCH_LOG_DEBUG, 7)
VALUE(SWITCH_LOG_INFO, 6)
VALUE(SWITCH_LOG_NOTICE, 5)
VALUE(SWITCH_LOG_WARNING, 4)
VALUE(SWITCH_LOG_ERROR, 3)

void switch_log_printf(switch_text_channel_t channel, const char *file, const char *func, int line, const char *userdata, switch_log_level_t level, const char *fmt, ...);
