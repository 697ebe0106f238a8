//! The prompts that a room can have files of its own for.

/// The part of a key after `sound_`, and the prompt of the rules that it replaces.
pub static SOUNDS: &[(&str, &str)] = &[
    ("join", "conclave-join"),
    ("leave", "conclave-leave"),
    ("get_pin", "conf-getpin"),
    ("invalid_pin", "conf-invalidpin"),
    ("too_many_pins", "confbridge-pin-bad"),
    ("no_room", "conf-invalid"),
    ("locked", "conf-locked"),
    ("full", "conclave-full"),
    ("only_person", "conf-onlyperson"),
    ("muted", "conf-muted"),
    ("listen_only", "conclave-listen-only"),
    ("unmuted", "conf-unmuted"),
    ("locked_now", "conf-lockednow"),
    ("unlocked_now", "conf-unlockednow"),
    ("kicked", "conf-kicked"),
    ("ended", "confbridge-conf-end"),
    ("user_menu", "conclave-menu"),
    ("leader_menu", "conclave-menu-leader"),
    ("owner_menu", "conclave-menu-owner"),
    ("invite_number", "conclave-invite-number"),
    ("kick_number", "conclave-kick-number"),
    ("inviting", "conclave-inviting"),
    ("invite_busy", "conclave-invite-busy"),
    ("invite_no_answer", "conclave-invite-no-answer"),
    ("invite_declined", "conclave-invite-declined"),
    ("invite_failed", "conclave-invite-failed"),
    ("invite_cancelled", "conclave-invite-cancelled"),
    ("not_allowed", "conclave-not-allowed"),
    ("beep", "beep"),
    ("no_such_key", "conf-errormenu"),
    ("no_further", "beeperr"),
    ("get_conference", "conf-getconfno"),
    ("set_pin", "conclave-set-pin"),
    ("get_code", "conclave-get-code"),
    ("invalid_code", "conclave-wrong-code"),
    ("not_open", "conclave-not-yet-open"),
    ("over", "conclave-over"),
    ("switched_off", "conclave-switched-off"),
    ("went_wrong", "conclave-no-capacity"),
    ("invited", "conclave-you-are-invited"),
    ("say_name", "vm-rec-name"),
    ("too_short", "vm-tooshort"),
    ("review", "vm-review"),
    ("wait_for_leader", "conf-waitforleader"),
    ("leader_has_left", "conf-leaderhasleft"),
    ("begins", "confbridge-conf-begin"),
    ("has_joined", "conf-hasjoin"),
    ("has_left", "conf-hasleft"),
    ("all_muted", "conf-now-muted"),
    ("all_unmuted", "conf-now-unmuted"),
    ("roll_call", "conclave-roll-call"),
    ("removed_last", "conclave-removed-last"),
    ("nobody_to_remove", "conclave-nobody-to-remove"),
    ("all_admitted", "conclave-all-admitted"),
    ("nobody_waits", "conclave-nobody-waits"),
    ("cannot_extend", "conclave-cannot-extend"),
    ("somebody_joined", "conclave-joined"),
    ("somebody_left", "conclave-left"),
    ("early", "conclave-early"),
    ("in_lobby", "conclave-lobby"),
    ("admitted", "conclave-admitted"),
    ("rejected", "conclave-rejected"),
    ("knock", "conclave-knock"),
    ("time_is_up", "conclave-time-up"),
    ("deafened", "conclave-deaf"),
    ("undeafened", "conclave-undeaf"),
    ("hand_up", "conclave-hand-up"),
    ("hand_down", "conclave-hand-down"),
    ("hand_raised", "conclave-hand-raised"),
    ("floor", "conclave-floor"),
    ("recorded", "conclave-recording"),
    ("recording_stopped", "conclave-recording-stopped"),
    ("recording_paused", "conclave-recording-paused"),
    ("recording_resumed", "conclave-recording-resumed"),
    ("recording_failed", "conclave-recording-failed"),
];

/// Before a sound's name.
pub(super) const PREFIX: &str = "sound_";

#[cfg(test)]
mod tests {
    use super::SOUNDS;

    /// The rules' own list, as it is written.
    const RULES: &str = include_str!("../../room/sound.rs");

    #[test]
    fn every_prompt_of_the_rules_is_here() {
        let named = |line: &'static str| line.split_once("Sound::Prompt(\"")?.1.split_once('"').map(|(name, _)| name);
        let mut rules: Vec<&str> = RULES.lines().filter(|line| line.contains("const ")).filter_map(named).collect();
        assert!(rules.len() > 40, "they are found in the file");
        rules.extend(["conclave-join", "conclave-leave"]);
        rules.sort_unstable();
        rules.dedup();
        let mut here: Vec<&str> = SOUNDS.iter().map(|(_, prompt)| *prompt).collect();
        here.sort_unstable();
        assert_eq!(here, rules);
    }
}
