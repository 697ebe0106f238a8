/*
 * What Conclave uses of FreeSWITCH, declared anew.
 *
 * FreeSWITCH is packaged by few distributions, and its headers need those of a dozen libraries. The adapter uses some
 * hundred functions, and of the structures only those below, so it declares them by itself and can be built, and is, on
 * machines without FreeSWITCH. Where FreeSWITCH's headers are, check.c is compiled before anything else: there this file
 * stands behind <switch.h>, so that the compiler itself compares each function with FreeSWITCH's own declaration, and
 * each constant, size and offset is asserted. Names and types are FreeSWITCH's, as they must be.
 *
 * True for 1.10.9 to 1.11.2.
 */

#include <stddef.h>
#include <stdint.h>

#ifdef CONCLAVE_CHECK
#define VALUE(name, value) _Static_assert((long long) (name) == (value), #name);
#define STRUCTURE(name) struct our_##name
#define SAME_SIZE(name) _Static_assert(sizeof(struct our_##name) == sizeof(name), #name);
#define ROOM_FOR(name) _Static_assert(sizeof(struct our_##name) >= sizeof(name), #name);
#define SAME_PLACE(name, member) \
	_Static_assert(offsetof(struct our_##name, member) == offsetof(name, member) && \
		sizeof(((struct our_##name *) 0)->member) == sizeof(((name *) 0)->member), #name "." #member);
#else
#define VALUE(name, value) enum { name = (value) };
#define STRUCTURE(name) typedef struct name name; struct name
#define SAME_SIZE(name)
#define SAME_PLACE(name, member)
#define ROOM_FOR(name)

typedef int switch_status_t;
typedef int switch_bool_t;
typedef int switch_text_channel_t;
typedef int switch_log_level_t;
typedef int switch_module_interface_name_t;
typedef uint32_t switch_module_flag_t;
typedef size_t switch_size_t;

typedef struct apr_pool_t switch_memory_pool_t;
typedef struct switch_loadable_module_interface_t switch_loadable_module_interface_t;
typedef struct switch_core_session switch_core_session_t;
typedef struct switch_channel switch_channel_t;
typedef struct switch_event switch_event_t;
typedef struct switch_stream_handle_t switch_stream_handle_t;
typedef struct switch_console_callback_match switch_console_callback_match_t;
typedef struct fspr_thread_rwlock_t switch_thread_rwlock_t;
typedef struct switch_xml *switch_xml_t;

typedef int switch_channel_flag_t;
typedef int switch_event_types_t;
typedef int switch_stack_t;
typedef uint32_t switch_core_flag_t;

typedef int switch_media_type_t;
typedef int switch_dtmf_source_t;
typedef int switch_channel_state_t;
typedef int switch_call_cause_t;
typedef int switch_rtp_flag_t;
typedef int switch_rtp_flush_t;
typedef int switch_os_socket_t;
typedef uint8_t switch_payload_t;
typedef uint32_t switch_frame_flag_t;
typedef uint32_t switch_io_flag_t;
typedef uint32_t switch_media_flag_t;
typedef struct switch_rtp switch_rtp_t;
typedef struct switch_media_handle_s switch_media_handle_t;
typedef struct apr_socket_t switch_socket_t;
typedef struct switch_codec_settings switch_codec_settings_t;

typedef switch_status_t (*switch_module_load_t)(switch_loadable_module_interface_t **, switch_memory_pool_t *);
typedef switch_status_t (*switch_module_runtime_t)(void);
typedef switch_status_t (*switch_module_shutdown_t)(void);
typedef void (*switch_application_function_t)(switch_core_session_t *, const char *);
typedef switch_status_t (*switch_api_function_t)(const char *, switch_core_session_t *, switch_stream_handle_t *);
typedef switch_status_t (*switch_console_complete_callback_t)(const char *, const char *, switch_console_callback_match_t **);
typedef void (*switch_event_callback_t)(switch_event_t *);
typedef switch_status_t (*switch_stream_handle_write_function_t)(switch_stream_handle_t *, const char *, ...);
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
VALUE(SAF_SUPPORT_NOMEDIA, 1)

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

/* Who reads under its lock keeps the module from being unloaded. */
STRUCTURE(switch_loadable_module_interface_t) {
	const char *module_name;
	void *interfaces[17];
	switch_thread_rwlock_t *rwlock;
};
SAME_PLACE(switch_loadable_module_interface_t, module_name)
SAME_PLACE(switch_loadable_module_interface_t, rwlock)

switch_loadable_module_interface_t *switch_loadable_module_create_module_interface(switch_memory_pool_t *pool, const char *name);
void *switch_loadable_module_create_interface(switch_loadable_module_interface_t *mod, switch_module_interface_name_t iname);

VALUE(SCF_SHUTTING_DOWN, 8)

switch_core_flag_t switch_core_flags(void);
switch_status_t switch_thread_rwlock_tryrdlock(switch_thread_rwlock_t *rwlock);
switch_status_t switch_thread_rwlock_unlock(switch_thread_rwlock_t *rwlock);

/* The log. */

VALUE(SWITCH_CHANNEL_ID_LOG, 0)
VALUE(SWITCH_LOG_DEBUG, 7)
VALUE(SWITCH_LOG_INFO, 6)
VALUE(SWITCH_LOG_NOTICE, 5)
VALUE(SWITCH_LOG_WARNING, 4)
VALUE(SWITCH_LOG_ERROR, 3)

void switch_log_printf(switch_text_channel_t channel, const char *file, const char *func, int line, const char *userdata, switch_log_level_t level, const char *fmt, ...);

/* Settings. */

#ifdef CONCLAVE_CHECK
typedef struct switch_xml switch_xml;
#endif

/* A tag. Attributes are name, value, name, value and a null. */
STRUCTURE(switch_xml) {
	char *name;
	char **attr;
	char *txt;
	char *free_path;
	switch_size_t off;
	switch_xml_t next;
	switch_xml_t sibling;
	switch_xml_t ordered;
	switch_xml_t child;
};
SAME_PLACE(switch_xml, name)
SAME_PLACE(switch_xml, attr)
SAME_PLACE(switch_xml, txt)
SAME_PLACE(switch_xml, ordered)
SAME_PLACE(switch_xml, child)

switch_xml_t switch_xml_open_cfg(const char *file_path, switch_xml_t *node, switch_event_t *params);
void switch_xml_free(switch_xml_t xml);
switch_status_t switch_xml_locate_user_merged(const char *key, const char *user_name, const char *domain_name, const char *ip, switch_xml_t *user, switch_event_t *params);
/* To be freed with free(). */
char *switch_core_get_variable_dup(const char *varname);
const char *switch_version_full(void);

/* Events. */

VALUE(SWITCH_EVENT_CUSTOM, 0)
VALUE(SWITCH_EVENT_RELOADXML, 56)
VALUE(SWITCH_STACK_BOTTOM, 1)

switch_status_t switch_event_reserve_subclass_detailed(const char *owner, const char *subclass_name);
switch_status_t switch_event_free_subclass_detailed(const char *owner, const char *subclass_name);
switch_status_t switch_event_create_subclass_detailed(const char *file, const char *func, int line, switch_event_t **event, switch_event_types_t event_id, const char *subclass_name);
switch_status_t switch_event_add_header_string(switch_event_t *event, switch_stack_t stack, const char *header_name, const char *data);
switch_status_t switch_event_fire_detailed(const char *file, const char *func, int line, switch_event_t **event, void *user_data);
switch_status_t switch_event_bind(const char *id, switch_event_types_t event, const char *subclass_name, switch_event_callback_t callback, void *user_data);
switch_status_t switch_event_unbind_callback(switch_event_callback_t callback);

/* The API command. */

STRUCTURE(switch_stream_handle_t) {
	void *read_function;
	switch_stream_handle_write_function_t write_function;
};
SAME_PLACE(switch_stream_handle_t, write_function)

switch_status_t switch_console_set_complete(const char *string);
switch_status_t switch_console_add_complete_func(const char *name, switch_console_complete_callback_t cb);
switch_status_t switch_console_del_complete_func(const char *name);
void switch_console_push_match(switch_console_callback_match_t **matches, const char *new_val);

/* A call, on its own thread. */

VALUE(CF_ANSWERED, 1)

switch_channel_t *switch_core_session_get_channel(switch_core_session_t *session);
char *switch_core_session_get_uuid(switch_core_session_t *session);
uint32_t switch_channel_test_flag(switch_channel_t *channel, switch_channel_flag_t flag);
const char *switch_channel_get_variable_dup(switch_channel_t *channel, const char *varname, switch_bool_t dup, int idx);
switch_status_t switch_channel_set_variable_var_check(switch_channel_t *channel, const char *varname, const char *value, switch_bool_t var_check);
int switch_channel_test_ready(switch_channel_t *channel, switch_bool_t check_ready, switch_bool_t check_media);
switch_status_t switch_ivr_session_transfer(switch_core_session_t *session, const char *extension, const char *dialplan, const char *context);

/* Files, which may be streams: src/switch_core_file.c. */

VALUE(SWITCH_FILE_FLAG_READ, 1)
VALUE(SWITCH_FILE_DATA_SHORT, 8)

#ifndef CONCLAVE_CHECK
typedef struct switch_buffer switch_buffer_t;
typedef struct switch_file_interface switch_file_interface_t;
typedef struct apr_file_t switch_file_t;
#endif

/* Whoever opens a file has room for all of it, and sets nothing of it before. */
STRUCTURE(switch_file_handle_t) {
	switch_file_interface_t *file_interface;
	uint32_t flags;
	switch_file_t *fd;
	unsigned int samples;
	/* What is delivered. */
	uint32_t samplerate;
	/* What the file has. */
	uint32_t native_rate;
	uint32_t channels;
	/* As many as a read needs room for. */
	uint32_t real_channels;
	unsigned int format;
	unsigned int sections;
	int seekable;
	uint8_t rest[968];
};
SAME_PLACE(switch_file_handle_t, samplerate)
SAME_PLACE(switch_file_handle_t, native_rate)
SAME_PLACE(switch_file_handle_t, real_channels)
SAME_PLACE(switch_file_handle_t, seekable)
ROOM_FOR(switch_file_handle_t)

switch_status_t switch_core_perform_file_open(const char *file, const char *func, int line, switch_file_handle_t *fh, const char *file_path, uint32_t channels, uint32_t rate, unsigned int flags, switch_memory_pool_t *pool);
switch_status_t switch_core_file_read(switch_file_handle_t *fh, void *data, switch_size_t *len);
switch_status_t switch_core_file_seek(switch_file_handle_t *fh, unsigned int *cur_pos, int64_t samples, int whence);
switch_status_t switch_core_file_close(switch_file_handle_t *fh);

/* The configuration, which is locked for reading from its location to its release. */

VALUE(SWITCH_FALSE, 0)

switch_status_t switch_xml_locate(const char *section, const char *tag_name, const char *key_name, const char *key_value, switch_xml_t *root, switch_xml_t *node, switch_event_t *params, switch_bool_t clone);
switch_xml_t switch_xml_find_child(switch_xml_t node, const char *childname, const char *attrname, const char *value);
const char *switch_xml_attr(switch_xml_t xml, const char *attr);

/* What is told is to be freed with free(). */
switch_status_t switch_ivr_say_string(switch_core_session_t *session, const char *lang, const char *ext, const char *tosay, const char *module_name, const char *say_type, const char *say_method, const char *say_gender, char **rstr);

/* A call's sound. */

VALUE(SWITCH_STATUS_INUSE, 10)
VALUE(SWITCH_MEDIA_TYPE_AUDIO, 0)
VALUE(SWITCH_IO_FLAG_NONE, 0)
VALUE(SWITCH_IO_FLAG_NOBLOCK, 1)
VALUE(SWITCH_CODEC_FLAG_ENCODE, 1)
VALUE(SWITCH_CODEC_FLAG_DECODE, 2)
VALUE(SWITCH_CAUSE_NO_ANSWER, 19)
VALUE(SWITCH_CAUSE_MEDIA_TIMEOUT, 804)
VALUE(SWITCH_RTP_FLAG_USE_TIMER, 3)
VALUE(SWITCH_RTP_FLAG_FLUSH, 22)
VALUE(SWITCH_RTP_FLUSH_ONCE, 0)
VALUE(SWITCH_DTMF_APP, 4)
VALUE(SMF_NONE, 0)
VALUE(SFF_CNG, 1)
VALUE(SFF_PROXY_PACKET, 32)
VALUE(CF_EARLY_MEDIA, 3)
VALUE(CF_HOLD, 10)
VALUE(CF_PROXY_MODE, 17)
VALUE(CF_LEG_HOLDING, 52)
VALUE(CF_BLOCK_BROADCAST_UNTIL_MEDIA, 64)
VALUE(CF_ICE, 111)
VALUE(CF_AUDIO, 160)

#ifdef CONCLAVE_CHECK
typedef switch_codec_implementation_t our_implementation;
#else
typedef struct switch_codec_implementation_t our_implementation;
#endif

STRUCTURE(switch_codec_implementation_t) {
	int codec_type;
	switch_payload_t ianacode;
	char *iananame;
	char *fmtp;
	uint32_t samples_per_second;
	uint32_t actual_samples_per_second;
	int bits_per_second;
	int microseconds_per_packet;
	uint32_t samples_per_packet;
	uint32_t decoded_bytes_per_packet;
	uint32_t encoded_bytes_per_packet;
	uint8_t number_of_channels;
};
SAME_PLACE(switch_codec_implementation_t, iananame)
SAME_PLACE(switch_codec_implementation_t, samples_per_second)
SAME_PLACE(switch_codec_implementation_t, actual_samples_per_second)
SAME_PLACE(switch_codec_implementation_t, microseconds_per_packet)
SAME_PLACE(switch_codec_implementation_t, samples_per_packet)
SAME_PLACE(switch_codec_implementation_t, number_of_channels)

STRUCTURE(switch_codec_t) {
	void *codec_interface;
	const our_implementation *implementation;
	char *fmtp_in;
	char *fmtp_out;
	uint32_t flags;
	void *rest[7];
};
SAME_SIZE(switch_codec_t)
SAME_PLACE(switch_codec_t, implementation)
SAME_PLACE(switch_codec_t, fmtp_in)

STRUCTURE(switch_frame_t) {
	switch_codec_t *codec;
	const char *source;
	void *packet;
	uint32_t packetlen;
	void *extra_data;
	void *data;
	uint32_t datalen;
	uint32_t buflen;
	uint32_t samples;
	uint32_t rate;
	uint32_t channels;
	switch_payload_t payload;
	uint32_t timestamp;
	uint16_t seq;
	uint32_t ssrc;
	switch_bool_t m;
	switch_frame_flag_t flags;
	void *rest[7];
};
SAME_SIZE(switch_frame_t)
SAME_PLACE(switch_frame_t, codec)
SAME_PLACE(switch_frame_t, data)
SAME_PLACE(switch_frame_t, datalen)
SAME_PLACE(switch_frame_t, buflen)
SAME_PLACE(switch_frame_t, samples)
SAME_PLACE(switch_frame_t, rate)
SAME_PLACE(switch_frame_t, channels)
SAME_PLACE(switch_frame_t, payload)
SAME_PLACE(switch_frame_t, timestamp)
SAME_PLACE(switch_frame_t, seq)
SAME_PLACE(switch_frame_t, m)
SAME_PLACE(switch_frame_t, flags)

STRUCTURE(switch_dtmf_t) {
	char digit;
	uint32_t duration;
	int32_t flags;
	switch_dtmf_source_t source;
};
SAME_SIZE(switch_dtmf_t)
SAME_PLACE(switch_dtmf_t, digit)
SAME_PLACE(switch_dtmf_t, duration)

STRUCTURE(switch_timer_t) {
	int interval;
	uint32_t flags;
	unsigned int samples;
	uint32_t samplecount;
};
SAME_PLACE(switch_timer_t, samples)
SAME_PLACE(switch_timer_t, samplecount)

void *switch_core_perform_session_alloc(switch_core_session_t *session, switch_size_t memory, const char *file, const char *func, int line);
void *switch_channel_get_private(switch_channel_t *channel, const char *key);
switch_status_t switch_channel_perform_answer(switch_channel_t *channel, const char *file, const char *func, int line);
switch_status_t switch_channel_perform_pre_answer(switch_channel_t *channel, const char *file, const char *func, int line);
switch_channel_state_t switch_channel_perform_hangup(switch_channel_t *channel, const char *file, const char *func, int line, switch_call_cause_t hangup_cause);
switch_status_t switch_channel_execute_on(switch_channel_t *channel, const char *variable_prefix);
switch_size_t switch_channel_has_dtmf(switch_channel_t *channel);
switch_status_t switch_channel_dequeue_dtmf(switch_channel_t *channel, switch_dtmf_t *dtmf);
switch_status_t switch_core_session_send_dtmf(switch_core_session_t *session, const switch_dtmf_t *dtmf);
uint32_t switch_core_session_private_event_count(switch_core_session_t *session);
switch_status_t switch_ivr_media(const char *uuid, switch_media_flag_t flags);
switch_status_t switch_ivr_parse_all_events(switch_core_session_t *session);
switch_status_t switch_ivr_parse_all_messages(switch_core_session_t *session);
switch_status_t switch_core_session_execute_exten(switch_core_session_t *session, const char *exten, const char *dialplan, const char *context);

switch_codec_t *switch_core_session_get_read_codec(switch_core_session_t *session);
switch_codec_t *switch_core_session_get_write_codec(switch_core_session_t *session);
switch_status_t switch_core_session_set_read_codec(switch_core_session_t *session, switch_codec_t *codec);
switch_status_t switch_core_codec_init_with_bitrate(switch_codec_t *codec, const char *codec_name, const char *modname, const char *fmtp, uint32_t rate, int ms, int channels, uint32_t bitrate, uint32_t flags, const switch_codec_settings_t *codec_settings, switch_memory_pool_t *pool);
switch_status_t switch_core_codec_destroy(switch_codec_t *codec);
/* What a session's media was configured with; none where an endpoint has media of its own. */
STRUCTURE(switch_core_media_params_t) {
	uint32_t rtp_timeout_sec;
	uint32_t rtp_hold_timeout_sec;
};
SAME_PLACE(switch_core_media_params_t, rtp_timeout_sec)
SAME_PLACE(switch_core_media_params_t, rtp_hold_timeout_sec)
switch_media_handle_t *switch_core_session_get_media_handle(switch_core_session_t *session);
switch_core_media_params_t *switch_core_media_get_mparams(switch_media_handle_t *smh);

uint8_t switch_core_media_ready(switch_core_session_t *session, switch_media_type_t type);
switch_status_t switch_core_session_read_frame(switch_core_session_t *session, switch_frame_t **frame, switch_io_flag_t flags, int stream_id);
switch_status_t switch_core_session_write_frame(switch_core_session_t *session, switch_frame_t *frame, switch_io_flag_t flags, int stream_id);

uint8_t switch_rtp_ready(switch_rtp_t *rtp_session);
uint32_t switch_rtp_test_flag(switch_rtp_t *rtp_session, switch_rtp_flag_t flags);
void switch_rtp_set_flag(switch_rtp_t *rtp_session, switch_rtp_flag_t flag);
void switch_rtp_clear_flag(switch_rtp_t *rtp_session, switch_rtp_flag_t flag);
void rtp_flush_read_buffer(switch_rtp_t *rtp_session, switch_rtp_flush_t flush);
switch_status_t switch_rtp_pause_jitter_buffer(switch_rtp_t *rtp_session, switch_bool_t pause);
switch_socket_t *switch_rtp_get_rtp_socket(switch_rtp_t *rtp_session);
switch_timer_t *switch_rtp_get_media_timer(switch_rtp_t *rtp_session);
switch_status_t switch_core_timer_sync(switch_timer_t *timer);
switch_status_t switch_os_sock_get(switch_os_socket_t *thesock, switch_socket_t *sock);

/* Calls that are made. */

VALUE(SOF_NONE, 0)
VALUE(SWITCH_EVENT_CHANNEL_HANGUP, 7)
VALUE(SWITCH_EVENT_CHANNEL_PROGRESS, 15)
VALUE(SWITCH_EVENT_CHANNEL_DATA, 63)
VALUE(CS_EXECUTE, 4)
VALUE(CS_HANGUP, 10)
VALUE(SWITCH_CAUSE_SUCCESS, 142)
VALUE(SWITCH_CAUSE_ORIGINATOR_CANCEL, 487)
VALUE(SWITCH_CAUSE_ALLOTTED_TIMEOUT, 802)
VALUE(SWITCH_CAUSE_USER_NOT_REGISTERED, 806)
VALUE(SWITCH_CAUSE_PROGRESS_TIMEOUT, 807)
VALUE(SWITCH_CAUSE_BUSY_EVERYWHERE, 815)
VALUE(SWITCH_CAUSE_DECLINE, 816)

#ifndef CONCLAVE_CHECK
typedef uint32_t switch_originate_flag_t;
typedef struct switch_caller_extension switch_caller_extension_t;
typedef struct switch_caller_profile switch_caller_profile_t;
typedef struct switch_state_handler_table switch_state_handler_table_t;
typedef struct switch_dial_handle_s switch_dial_handle_t;
#endif

/* The session is held for reading. Variables stay the caller's. */
switch_status_t switch_ivr_originate(switch_core_session_t *session, switch_core_session_t **bleg, switch_call_cause_t *cause, const char *bridgeto, uint32_t timelimit_sec, const switch_state_handler_table_t *table, const char *cid_name_override, const char *cid_num_override, switch_caller_profile_t *caller_profile_override, switch_event_t *ovars, switch_originate_flag_t flags, switch_call_cause_t *cancel_cause, switch_dial_handle_t *dh);
void switch_core_session_rwunlock(switch_core_session_t *session);
switch_caller_extension_t *switch_caller_extension_new(switch_core_session_t *session, const char *extension_name, const char *extension_number);
void switch_caller_extension_add_application(switch_core_session_t *session, switch_caller_extension_t *caller_extension, const char *application_name, const char *extra_data);
void switch_channel_set_caller_extension(switch_channel_t *channel, switch_caller_extension_t *caller_extension);
switch_channel_state_t switch_channel_perform_set_state(switch_channel_t *channel, const char *file, const char *func, int line, switch_channel_state_t state);
switch_channel_state_t switch_channel_get_state(switch_channel_t *channel);
switch_call_cause_t switch_channel_get_cause(switch_channel_t *channel);
switch_call_cause_t switch_channel_str2cause(const char *str);
char *switch_event_get_header_idx(switch_event_t *event, const char *header_name, int idx);
void switch_event_destroy(switch_event_t **event);
