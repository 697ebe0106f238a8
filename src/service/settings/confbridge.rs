//! Where the settings of ConfBridge are here: for whoever comes from there, and for error texts.

/// A setting of `confbridge.conf`.
pub struct FromConfbridge {
    /// The section type that has it there.
    pub section: &'static str,
    /// Its name there; in a menu, the action's.
    pub theirs: &'static str,
    /// The setting or action here; empty if there is none.
    pub ours: &'static str,
    /// What is different, or why there is none.
    pub note: &'static str,
}

const fn row(section: &'static str, theirs: &'static str, ours: &'static str, note: &'static str) -> FromConfbridge {
    FromConfbridge { section, theirs, ours, note }
}

const AS_IT_CAME: &str = "none: whoever calls with two channels has it from the beginning";
const VIDEO: &str = "none: Conclave has no video";

/// Every setting of ConfBridge that callers can notice, and the others with the reason why there is none.
pub static FROM_CONFBRIDGE: &[FromConfbridge] = &[
    row("user", "type", "type", "`type=profile` for `user`, `type=room` for `bridge`, `type=menu` for `menu`"),
    row("user", "template", "", "the file's own templates: `[name](template)`"),
    row("user", "admin", "role", "`role = leader`; or a leader PIN"),
    row("user", "marked", "role", "`role = leader`: there is no difference between admins and marked users"),
    row("user", "startmuted", "start_muted", ""),
    row("user", "music_on_hold_when_empty", "music", "music plays if a class is set"),
    row("user", "music_on_hold_class", "music", "or `music_file`, a sound file"),
    row("user", "quiet", "quiet", "option `q` too"),
    row("user", "hear_own_join_sound", "hear_own_arrival", ""),
    row("user", "announce_user_count_all", "count_to_all", ""),
    row("user", "announce_user_count", "count_at_join", ""),
    row("user", "announce_only_user", "only_person", ""),
    row("user", "wait_marked", "wait_for_leader", "`always`; ConfBridge has no `once`"),
    row("user", "end_marked", "end_with_leader", "`last`; `leader_grace` gives time"),
    row("user", "end_marked_any", "end_with_leader", "`any`"),
    row("user", "talk_detection_events", "", "events are always there"),
    row("user", "dtmf_passthrough", "pass_digits", ""),
    row("user", "announce_join_leave", "arrivals", "`names`"),
    row("user", "announce_join_leave_review", "arrivals", "`reviewed_names`"),
    row("user", "pin", "pin", "belongs to the room here"),
    row("user", "announcement", "announcement", ""),
    row("user", "timeout", "session_time", "with `warnings`"),
    row("user", "answer_channel", "answer", "`never` for `no`"),
    row("user", "denoise", "denoise", "takes its time only while he talks; `level` for his loudness"),
    row("user", "jitterbuffer", "", "not needed: every call has an adaptive one"),
    row(
        "user",
        "dsp_drop_silence",
        "",
        "not needed: only who talks is mixed, and noise that a line always has is no talk",
    ),
    row(
        "user",
        "dsp_silence_threshold",
        "",
        "not needed: half a second of nothing above the noise of his line ends his talk",
    ),
    row(
        "user",
        "dsp_talking_threshold",
        "",
        "not needed: talk is what is above the noise of his line, which is measured",
    ),
    row("user", "text_messaging", "", "none: no text messages"),
    row("user", "send_events", "", "none: no text messages"),
    row("user", "echo_events", "", "none: no text messages"),
    row("bridge", "type", "type", "`type=room`, named by its number"),
    row("bridge", "template", "", "the file's own templates: `[name](template)`"),
    row("bridge", "max_members", "max_members", "callers hear that it is full; 0 is to leave it out"),
    row("bridge", "language", "language", "every listener hears his own language; this is for who has none"),
    row("bridge", "record_conference", "record", "with a warning to all"),
    row("bridge", "record_file", "record_file", "without ending"),
    row("bridge", "record_file_append", "", "each recording is a file of its own"),
    row("bridge", "record_file_timestamp", "", "names always have the time"),
    row("bridge", "record_options", "", "those of MixMonitor; `record_format` and `record_tracks` are what there is"),
    row("bridge", "record_command", "", "none: the event `ConclaveRecordingStopped` tells that one is complete"),
    row("bridge", "internal_sample_rate", "", "not needed: a room runs at the best rate that two of its members have"),
    row("bridge", "maximum_sample_rate", "", "not needed: nobody pays for a rate that two of the members do not have"),
    row("bridge", "mixing_interval", "", "20 ms always"),
    row("bridge", "binaural_active", "stereo", "on unless it is turned off, for whoever calls with two channels"),
    row("bridge", "jitterbuffer", "", "not needed: every call has an adaptive one"),
    row("bridge", "regcontext", "", "none: `CONCLAVE_INFO(members,8000)` and the hint `conclave:8000` tell of a room"),
    row("bridge", "enable_events", "", "none: no text messages"),
    row("bridge", "sound_has_joined", "sound_has_joined", ""),
    row("bridge", "sound_has_left", "sound_has_left", ""),
    row("bridge", "sound_kicked", "sound_kicked", ""),
    row("bridge", "sound_muted", "sound_muted", ""),
    row("bridge", "sound_unmuted", "sound_unmuted", ""),
    row("bridge", "sound_binaural_on", "", AS_IT_CAME),
    row("bridge", "sound_binaural_off", "", AS_IT_CAME),
    row("bridge", "sound_only_person", "sound_only_person", ""),
    row("bridge", "sound_only_one", "", "part of a sentence that each language puts together"),
    row("bridge", "sound_there_are", "", "part of a sentence that each language puts together"),
    row("bridge", "sound_other_in_party", "", "part of a sentence that each language puts together"),
    row("bridge", "sound_place_into_conference", "", "never played there either"),
    row("bridge", "sound_wait_for_leader", "sound_wait_for_leader", ""),
    row("bridge", "sound_leader_has_left", "sound_leader_has_left", ""),
    row("bridge", "sound_get_pin", "sound_get_pin", ""),
    row("bridge", "sound_invalid_pin", "sound_invalid_pin", ""),
    row("bridge", "sound_locked", "sound_locked", ""),
    row("bridge", "sound_locked_now", "sound_locked_now", ""),
    row("bridge", "sound_unlocked_now", "sound_unlocked_now", ""),
    row("bridge", "sound_error_menu", "sound_no_such_key", ""),
    row("bridge", "sound_join", "sound_join", ""),
    row("bridge", "sound_leave", "sound_leave", ""),
    row("bridge", "sound_participants_muted", "sound_all_muted", ""),
    row("bridge", "sound_participants_unmuted", "sound_all_unmuted", ""),
    row("bridge", "sound_begin", "sound_begins", "or `begin_sound`, which is always played"),
    row("bridge", "video_mode", "", VIDEO),
    row("bridge", "video_update_discard", "", VIDEO),
    row("bridge", "remb_send_interval", "", VIDEO),
    row("bridge", "remb_behavior", "", VIDEO),
    row("bridge", "remb_estimated_bitrate", "", VIDEO),
    row("menu", "type", "type", "`type=menu`"),
    row("menu", "template", "", "the file's own templates: `[name](template)`"),
    row("menu", "toggle_mute", "toggle_mute", ""),
    row("menu", "toggle_binaural", "", AS_IT_CAME),
    row("menu", "no_op", "no_op", ""),
    row("menu", "increase_listening_volume", "listen_louder", ""),
    row("menu", "decrease_listening_volume", "listen_softer", ""),
    row("menu", "reset_listening_volume", "listen_reset", ""),
    row("menu", "increase_talking_volume", "talk_louder", ""),
    row("menu", "decrease_talking_volume", "talk_softer", ""),
    row("menu", "reset_talking_volume", "talk_reset", ""),
    row("menu", "playback", "play", ""),
    row("menu", "playback_and_continue", "play_and_continue", ""),
    row("menu", "dialplan_exec", "dialplan", "`leave_to(context,extension,priority)` goes there for good"),
    row("menu", "leave_conference", "leave", ""),
    row("menu", "admin_kick_last", "kick_last", ""),
    row("menu", "admin_toggle_conference_lock", "toggle_lock", ""),
    row("menu", "admin_toggle_mute_participants", "toggle_mute_all", "in menus of leaders only, as all that needs one"),
    row("menu", "participant_count", "count", ""),
    row("menu", "set_as_single_video_src", "", VIDEO),
    row("menu", "release_as_single_video_src", "", VIDEO),
];

/// Our setting for one of ConfBridge's, if there is exactly one.
pub(super) fn ours(theirs: &str) -> Option<&'static str> {
    let settings = FROM_CONFBRIDGE.iter().filter(|row| row.section != "menu");
    let mut rows = settings.filter(|row| row.theirs == theirs && row.theirs != row.ours);
    rows.next().map(|row| row.ours).filter(|ours| !ours.is_empty())
}
