//! The module on a real Asterisk: load, documentation, settings, reload, unload.

use crate::common::{OPEN, with_conclave};

#[test]
fn it_loads_and_documents_itself() {
    let asterisk = with_conclave("module-loads", OPEN).start().unwrap();
    let text = asterisk.cli("core show application Conclave").unwrap();
    for words in ["Lets the caller take part in a conference", "CONCLAVE_RESULT", "BADPIN", "Listens only"] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
    let rooms = asterisk.cli("conclave show rooms").unwrap();
    assert!(rooms.contains("0 rooms in progress"), "{rooms}");
    assert_eq!(asterisk.complaints(), Vec::<String>::new());
}
