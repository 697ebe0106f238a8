//! The module on a real FreeSWITCH: load, unload, load again.

use std::time::Duration;

use crate::common::{OPEN, PATIENCE, call, wait_members, with_conclave_on};
use conclave_rig::Host;

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn it_unloads_when_nobody_is_inside_and_loads_again() {
    let pbx = with_conclave_on(Host::FreeSwitch, "module", OPEN).start().unwrap();
    assert!(pbx.cli("show application").unwrap().lines().any(|line| line.starts_with("conclave,")));
    for _ in 0..2 {
        let alice = call(&pbx, "alice", "8000");
        wait_members(&pbx, "8000", 1);
        pbx.cli("unload mod_conclave").unwrap();
        assert_eq!(pbx.cli("module_exists mod_conclave").unwrap(), "true", "it unloads under its calls");
        assert!(alice.is_up());
        alice.hang_up().unwrap();
        pbx.wait_calls(0, PATIENCE).unwrap();
        pbx.wait_cli("unload mod_conclave", PATIENCE, |said| said.starts_with("+OK")).unwrap();
        assert_eq!(pbx.cli("module_exists mod_conclave").unwrap(), "false");
        assert!(pbx.cli("load mod_conclave").unwrap().contains("+OK"));
    }
    let stopped = pbx.stop(Duration::from_secs(20));
    assert!(stopped.cleanly(), "{stopped:?}");
}
