//! What is refused where settings and options are read, and in which words.

use conclave::room::{CallResult, Conference, ConferenceError, Options, Pin, RoomNumber, Volume};

fn refusal<T, E: ToString>(result: Result<T, E>) -> String {
    result.err().expect("must be refused").to_string()
}

#[test]
fn every_option_letter_is_read_in_any_order() {
    assert_eq!(Options::parse("").unwrap(), Options::default());
    let options = Options::parse("pLmqq").unwrap();
    let expected = Options { quiet: true, start_muted: true, listen_only: false, leader: true, no_pin: true };
    assert_eq!(options, expected);
    assert!(Options::parse("l").unwrap().listen_only);
}

#[test]
fn an_unknown_option_is_named_with_all_valid_ones() {
    for (letters, bad) in [("qx", "'x'"), ("Q", "'Q'"), ("q,m", "','"), (" ", "' '"), ("\n", "'\\n'")] {
        let message = refusal(Options::parse(letters));
        assert!(message.contains(bad), "{message}");
        for valid in ["q (quiet)", "m (start muted)", "l (listen only)", "L (leader", "p (no PIN"] {
            assert!(message.contains(valid), "{message}");
        }
    }
}

#[test]
fn a_listening_leader_is_a_contradiction() {
    for letters in ["lL", "Lql"] {
        let message = refusal(Options::parse(letters));
        assert!(message.contains("'l'") && message.contains("'L'"), "{message}");
    }
}

#[test]
fn a_pin_is_one_to_thirty_two_digits() {
    assert!(Pin::parse("0").is_ok());
    assert!(Pin::parse(&"9".repeat(32)).is_ok());
    assert!(refusal(Pin::parse(&"9".repeat(33))).contains("32"));
    assert!(refusal(Pin::parse("")).contains("at least one digit"));
    for text in ["12a4", " 12", "12#", "+1", "١٢"] {
        assert!(refusal(Pin::parse(text)).contains("digits 0 to 9"), "{text}");
    }
}

#[test]
fn pins_are_equal_only_if_they_are_the_same() {
    let pin = |text: &str| Pin::parse(text).unwrap();
    assert_eq!(pin("1234"), pin("1234"));
    for other in ["1235", "123", "12340", "0", "4321"] {
        assert_ne!(pin("1234"), pin(other));
    }
}

#[test]
fn a_room_number_has_only_harmless_characters() {
    for text in ["8000", "sales", "Board_room-2.a", "+4930", &"8".repeat(64)] {
        assert_eq!(RoomNumber::parse(text).unwrap().to_string(), text);
    }
    assert!(refusal(RoomNumber::parse("")).contains("needs a number"));
    assert!(refusal(RoomNumber::parse(&"8".repeat(65))).contains("64"));
    assert!(refusal(RoomNumber::parse("80,00")).contains("','"));
    assert!(refusal(RoomNumber::parse("../x")).contains("'/'"));
}

#[test]
fn settings_that_contradict_each_other_are_told() {
    let fine = Conference {
        pin: "1".parse().ok(),
        leader_pin: "2".parse().ok(),
        max_members: Some(1),
        ..Conference::new("8000".parse().unwrap())
    };
    assert_eq!(fine.check(), Ok(()));
    let same = Conference { leader_pin: "1".parse().ok(), ..fine.clone() };
    assert_eq!(same.check(), Err(ConferenceError::SamePins));
    let none = Conference { max_members: Some(0), ..fine };
    assert_eq!(none.check(), Err(ConferenceError::NoMembers));
}

#[test]
fn the_words_for_the_dial_plan_never_change() {
    let words = [
        (CallResult::Hangup, "HANGUP"),
        (CallResult::Kicked, "KICKED"),
        (CallResult::Dtmf, "DTMF"),
        (CallResult::Timeout, "TIMEOUT"),
        (CallResult::Full, "FULL"),
        (CallResult::Locked, "LOCKED"),
        (CallResult::BadPin, "BADPIN"),
        (CallResult::NoRoom, "NOROOM"),
        (CallResult::Ended, "ENDED"),
        (CallResult::Failed, "FAILED"),
    ];
    for (result, word) in words {
        assert_eq!(result.as_str(), word);
        assert_eq!(result.to_string(), word);
    }
}

#[test]
fn volume_goes_in_steps_of_three_from_minus_to_plus_twelve() {
    let mut volume = Volume::default();
    let mut up = Vec::new();
    while let Some(louder) = volume.louder() {
        volume = louder;
        up.push(volume.decibels());
    }
    assert_eq!(up, [3, 6, 9, 12]);
    while let Some(softer) = volume.softer() {
        volume = softer;
    }
    assert_eq!(volume.decibels(), -12);
}
