//! Where the database is when nobody says where.

use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::common::{assert_nothing_is_left, did, wait_members, wait_until};
use conclave_rig::Host;

#[test]
fn it_is_made_beside_the_pbxs_own_for_its_user_only() {
    // "database" in a comment: the rig leaves it as it is usual.
    let pbx = with_conclave("directory-usual", "; database: as usual\n").dialplan(DIALPLAN).start().unwrap();
    assert!(wait_until(|| did(&pbx, "show directory").contains("is connected")));
    let folder = pbx.directory().join(match pbx.host() {
        Host::Asterisk => "lib/conclave",
        Host::FreeSwitch => "db/conclave",
    });
    let database = folder.join("conclave.db");
    for (path, mode) in [(&folder, 0o700), (&database, 0o600)] {
        let found = std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{} has {found:o}", path.display());
    }
    let directory = enter(database.to_str().unwrap());
    let account = AccountDetails::new("ada", AccountRole::Owner);
    let ada = directory.wait(Access::Write, move |desk| desk.create_account(&account)).unwrap().id;
    let board = meeting(ada, "8100");
    let board = directory.wait(Access::Write, move |desk| desk.create_conference(&board, AccountRole::Owner)).unwrap();
    let alice = call_and_key(&pbx, "alice", "8100", "conf-getpin", &keys(&board.codes.unwrap().leader));
    wait_members(&pbx, "8100", 1);
    drop(alice);
    assert_nothing_is_left(&pbx);
    directory.stop();
}
