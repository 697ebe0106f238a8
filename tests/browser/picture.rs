//! The picture of the page in README: a room in progress with people in it. `CONCLAVE_WRITE_DOCS=1` writes it anew.

use std::{env, fs};

use conclave_rig::pbx::workspace;
use conclave_rig::{Caller, Sound};
use serde_json::json;

use crate::browser::Browser;
use crate::common::{OPEN, did, wait_members, with_conclave};
use crate::people::{api, first_link, go, use_link};

#[test]
fn the_picture_in_readme_is_of_this_page() {
    let dialplan = "\
exten => _82XX,1,Set(CALLERID(name)=${PJSIP_HEADER(read,X-Name)})
 same => n,Set(CALLERID(num)=${PJSIP_HEADER(read,X-Number)})
 same => n,Conclave(${EXTEN})
";
    let conf = format!("{OPEN}web = 127.0.0.1:0\n; database: as usual\n");
    let pbx = with_conclave("page-picture", &conf).dialplan(dialplan).start().unwrap();
    let browser = Browser::start("picture");
    let ada = browser.person("ada");
    use_link(&ada, &first_link(&pbx), Some("ada"));
    let settings = json!({ "arrivals": "nothing", "only_person": "no", "lobby": "yes" });
    let room =
        json!({ "kind": "meeting", "name": "Morning round", "extension": "8201", "pin": "1", "settings": settings });
    let made = api(&ada, "post", "conferences", &room);
    assert_eq!(made["number"], "8201", "{made}");

    let callers: Vec<Caller> = PEOPLE
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let number = format!("+49305550{:03}", 100 + at * 17);
            let phone = Caller::new(&format!("caller{at}")).header("X-Name", name).header("X-Number", &number);
            let caller = phone.call(&pbx, "8201").unwrap();
            caller.wait_answer().unwrap();
            let code = if at == 0 { made["codes"]["leader"].as_str().unwrap() } else { "1" };
            caller.press(&format!("{code}#")).unwrap();
            wait_members(&pbx, "8201", at + 1);
            caller
        })
        .collect();
    for member in 2..=PEOPLE.len() - 2 {
        did(&pbx, &format!("admit 8201 {member}"));
    }
    did(&pbx, "mute 8201 3");
    did(&pbx, "hand 8201 2 up");
    for (at, dbfs) in [(0, -14.0), (3, -22.0), (4, -30.0)] {
        callers[at].say(Sound::tone(300.0 + 100.0 * at as f64, dbfs));
    }
    go(&ada, "#/rooms/8201");
    ada.size(1200, 900);
    ada.see(r#"role=region[name="Talking now"] >> role=button >> nth=2"#);
    ada.see("text=2 people wait to be admitted.");
    // The messages of signing in are gone by then.
    ada.gone("css=.toast");
    let picture = fs::read(ada.screenshot("page")).unwrap();
    assert!(picture.len() < 200_000, "the picture has {} bytes", picture.len());
    if env::var_os("CONCLAVE_WRITE_DOCS").is_some() {
        fs::write(workspace().join("doc/page.png"), picture).unwrap();
    }
}

const PEOPLE: [&str; 9] = [
    "Ada Lovelace",
    "Edsger Dijkstra",
    "Grace Hopper",
    "Alan Turing",
    "Barbara Liskov",
    "Radia Perlman",
    "Niklaus Wirth",
    "Hedy Lamarr",
    "Donald Knuth",
];
