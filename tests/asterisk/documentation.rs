//! What Asterisk shows of us, on a real one, and that it is written as Asterisk wants it.

use std::path::Path;
use std::process::Command;

use crate::common::{OPEN, with_conclave};

#[test]
fn application_events_and_settings_can_be_looked_up() {
    let asterisk = with_conclave("documentation", OPEN).start().unwrap();
    for (command, words) in [
        ("core show application Conclave", "LOCKEDOUT"),
        ("core show application Conclave", "Conclave([room][,options[,profile[,menu]]])"),
        ("core show function CONCLAVE_INFO", "those who wait too"),
        ("manager show command ConclaveMute", "Mutes a member, who cannot lift it himself"),
        ("manager show event ConclaveLeft", "CallerNumber"),
        ("config show help app_conclave room wait_for_leader", "members wait until a leader is there"),
        ("core show help conclave mute", "Usage: conclave mute ROOM MEMBER|all [leaders]"),
    ] {
        let text = asterisk.cli(command).unwrap();
        assert!(text.contains(words), "{command}: {words:?} is not in:\n{text}");
    }
    assert_eq!(asterisk.complaints(), Vec::<String>::new());
}

#[test]
fn it_follows_asterisks_own_grammar() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let dtd = root.join("target/asterisk/usr/share/asterisk/documentation/appdocsxml.dtd");
    // Our file names the grammar beside its folder, as it is where it is installed.
    let checked = Command::new("xmllint")
        .args(["--noout", "--nonet", "--dtdvalid"])
        .arg(dtd)
        .arg(root.join("doc/conclave-en_US.xml"))
        .output()
        .expect("xmllint of libxml2-utils is there");
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}
