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
    ("full", "conf-full"),
    ("only_person", "conf-onlyperson"),
    ("muted", "conf-muted"),
    ("unmuted", "conf-unmuted"),
    ("locked_now", "conf-lockednow"),
    ("unlocked_now", "conf-unlockednow"),
    ("kicked", "conf-kicked"),
    ("ended", "confbridge-conf-end"),
    ("user_menu", "conf-usermenu"),
    ("leader_menu", "conf-adminmenu"),
    ("no_such_key", "conf-errormenu"),
    ("no_further", "beeperr"),
];

/// Before a sound's name.
pub(super) const PREFIX: &str = "sound_";
