//! An extension that the PBX's own dial plan has is given to no conference.

use conclave_rig::Host;

use super::api::Api;
use super::*;

#[test]
fn what_the_dial_plan_does_with_a_number_is_asked_of_asterisk() {
    if Host::chosen() != Host::Asterisk {
        return;
    }
    let folder = Folder::new("directory-taken");
    let database = folder.join("conclave.db");
    let conf = format!("[general]\ndatabase = {}\nweb = 127.0.0.1:0\n[8500]\ntype = room\n", database.display());
    let pbx = with_conclave("directory-taken", &conf).dialplan(PLAN).start().unwrap();
    let directory = enter(database.to_str().unwrap());
    let api = Api::of_provider(&pbx, &directory);
    let make = |extension: &str| {
        let body = format!("{{\"kind\": \"meeting\", \"name\": \"x\", \"extension\": \"{extension}\"}}");
        api.send("POST", "/conferences", "application/json", body.as_bytes())
    };
    for (extension, why) in [
        ("8123", "in the dial plan's context from-callers it is for Echo()"),
        ("201", "in the dial plan's context from-callers it is for NoOp()"),
        ("8500", "it is a room in conclave.conf"),
    ] {
        let (status, answer) = make(extension);
        assert!(status == 422 && answer.contains(why), "{extension}: {answer}");
    }
    // Led to us by a pattern, by a later step, or nowhere at all; and what another context does is its own business.
    for extension in ["8124", "8555", "8600", "999"] {
        let (status, answer) = make(extension);
        assert_eq!(status, 201, "{extension}: {answer}");
    }
    directory.stop();
}

const PLAN: &str = "\
[from-callers]
exten => _8XXX,1,Conclave(${EXTEN})
exten => 8123,1,Echo()
exten => 8600,1,NoOp()
 same => n,Conclave(8600)
include => phones
[phones]
exten => 201,1,NoOp(a telephone)
 same => n,Dial(PJSIP/201)
[elsewhere]
exten => 8555,1,Echo()
";
