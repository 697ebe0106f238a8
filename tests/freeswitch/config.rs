//! `conclave.conf.xml` as FreeSWITCH reads it: the sample, what is wrong in it, and when it is read again.

use crate::common::{
    PATIENCE, call, module, own_complaints, wait_console, wait_members, wait_result, with_conclave_on,
};
use conclave_rig::pbx::Builder;
use conclave_rig::{Host, Pbx};

const SAMPLE: &str = include_str!("../../examples/freeswitch/conclave.conf.xml");

fn freeswitch(name: &str, xml: &str) -> Builder {
    with_conclave_on(Host::FreeSwitch, name, "").file("conclave.conf.xml", xml)
}

fn configuration(inside: &str) -> String {
    format!("<configuration name=\"conclave.conf\">\n{inside}\n</configuration>\n")
}

/// The same without the page and the database that many PBXs beside each other cannot all have.
fn alone(xml: &str) -> String {
    xml.replacen("<settings>", &format!("<settings>{ALONE}"), 1)
}

const ALONE: &str = "<param name=\"web\" value=\"off\"/><param name=\"database\" value=\"off\"/>";

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn the_sample_is_read_without_a_word() {
    let pbx = freeswitch("config-sample", &alone(SAMPLE)).start().unwrap();
    assert_eq!(own_complaints(&pbx), Vec::<String>::new());
    wait_console(&pbx, "conclave show conference 3401", "arrivals = names");
    wait_console(&pbx, "conclave show profiles", "guest");
    wait_console(&pbx, "conclave show menus simple-keys", "toggle_mute");
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn each_setting_of_the_sample_can_be_switched_on() {
    let on = SAMPLE.replace("<!--<param", "<param").replace("/>-->", "/>");
    assert!(on.matches("<param name=").count() > 70);
    let pbx = freeswitch("config-switched-on", &on).start().unwrap();
    // The folders of Asterisk stand as FreeSWITCH's own, which are there.
    let mut complaints = own_complaints(&pbx);
    // What only an example names: a certificate, and another machine.
    complaints.retain(|line| !line.contains("/etc/ssl/certs/pbx.pem") && !line.contains("db.example.org"));
    assert_eq!(complaints, Vec::<String>::new());
    wait_console(&pbx, "conclave show conference 3400", "max_members = 50");
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn what_is_not_read_leaves_its_room_out() {
    let xml = configuration(
        "<settings><param name=\"on_demand\" value=\"yes\"/></settings>
         <rooms>
           <room name=\"8001\"><parm name=\"pin\" value=\"4711\"/></room>
           <room name=\"8002\" pin=\"4711\"/>
           <room name=\"8003\"><param name=\"pin\">4711</param></room>
           <room name=\"8004\"><pin>4711</pin></room>
           <room name=\"8005\"><param name=\"type\" value=\"profile\"/></room>
           <room name=\"8006\">pin=4711</room>
           <room name=\"8007\"><param name=\"pn\" value=\"4711\"/></room>
           <rom name=\"8008\"/>
         </rooms>
         <roms><room name=\"8009\"/></roms>",
    );
    let pbx = freeswitch("config-mistakes", &alone(&xml)).start().unwrap();
    for told in [
        "conclave.conf, <room name=\"8001\">: left out: <parm> is not read there; write <param name=\"\" value=\"\"/>",
        "conclave.conf, <room name=\"8002\">: left out: pin= is not read there; write <param",
        "conclave.conf, <room name=\"8003\">: left out: <param>: text is not read there; write <param",
        "conclave.conf, <room name=\"8004\">: left out: <pin> is not read there; write <param",
        "conclave.conf, <room name=\"8005\">: left out: its tag says its type; write no <param name=\"type\">",
        "conclave.conf, <room name=\"8006\">: left out: text is not read there; write <param",
        "conclave.conf, <room name=\"8007\">: a room has no setting 'pn'; did you mean 'pin'?",
        "conclave.conf, <rom name=\"8008\">: no such section; there are <room>",
        "conclave.conf, <roms>: no such part; there are <settings>, <rooms>, <profiles> and <menus>",
    ] {
        assert!(own_complaints(&pbx).iter().any(|line| line.contains(told)), "{told}\n{:#?}", own_complaints(&pbx));
    }
    // A number that is not in the file opens a room; none of these does.
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    for room in 8001..=8009 {
        let caller = conclave_rig::Caller::new("bob").call(&pbx, &room.to_string()).unwrap();
        wait_result(&pbx, &room.to_string(), "NOROOM");
        drop(caller);
    }
    drop(alice);
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn reloadxml_is_enough() {
    let room = |number: &str, most: u32| {
        configuration(&format!(
            "<settings>{ALONE}</settings><rooms><room name=\"{number}\"><param name=\"max_members\" value=\"{most}\"/></room></rooms>"
        ))
    };
    let pbx = freeswitch("config-reload", &room("8000", 5)).start().unwrap();
    let alice = call(&pbx, "alice", "8000");
    wait_members(&pbx, "8000", 1);
    pbx.write_file("conclave.conf.xml", &room("8001", 7)).unwrap();
    assert_eq!(said(&pbx, "conclave reload"), "conclave.conf is as it was.");
    pbx.cli("reloadxml").unwrap();
    wait_console(&pbx, "conclave show conference 8001", "max_members = 7");
    pbx.wait_log("conclave.conf was read: 1 rooms; rooms in progress stay as they are.", PATIENCE).unwrap();
    assert_eq!(said(&pbx, "conclave reload"), "conclave.conf is as it was.");
    wait_members(&pbx, "8000", 1);
    assert!(alice.is_up());

    // What lets nobody in is not taken.
    pbx.write_file("conclave.conf.xml", &configuration(&alone("<settings></settings>"))).unwrap();
    pbx.cli("reloadxml").unwrap();
    pbx.wait_log("conclave.conf has no usable room and no on_demand; the settings stay as they were", PATIENCE)
        .unwrap();
    wait_console(&pbx, "conclave show conference 8001", "max_members = 7");
    assert!(said(&pbx, "conclave reload").starts_with("-ERR conclave.conf has no usable room"));
}

#[test]
#[ignore = "needs FREESWITCH_PREFIX; make test runs it where that is set"]
fn without_a_room_it_is_not_loaded() {
    let pbx = freeswitch("config-empty", &configuration(&alone("<settings></settings>"))).start().unwrap();
    pbx.wait_log("conclave.conf has no usable room and no on_demand, so nobody could be let in: not loaded", PATIENCE)
        .unwrap();
    assert_eq!(said(&pbx, "module_exists mod_conclave"), "false");

    let pbx = Pbx::freeswitch("config-missing").module(module(Host::FreeSwitch)).start().unwrap();
    pbx.wait_log("conclave.conf is missing, so nobody could be let in; 'make install-freeswitch' brings", PATIENCE)
        .unwrap();
    assert_eq!(said(&pbx, "module_exists mod_conclave"), "false");
    // Once it is there, it can be loaded.
    pbx.write_file("conclave.conf.xml", SAMPLE).unwrap();
    assert!(said(&pbx, "load mod_conclave").contains("+OK"));
    wait_console(&pbx, "conclave show rooms", "0 rooms in progress");
}

fn said(pbx: &Pbx, command: &str) -> String {
    pbx.cli(command).unwrap().trim().to_owned()
}
