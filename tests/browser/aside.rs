//! The operator takes people apart: two talk aside, one is heard by one other only, one goes to another room.

use crate::browser::Browser;
use crate::common::{
    LEVEL, assert_nothing_is_left, call, say_tones, wait_members, wait_no_tone, wait_tone, with_conclave,
};
use crate::people::{first_link, go, use_link};

const TONES: [f64; 3] = [440.0, 620.0, 950.0];

#[test]
fn an_operator_takes_people_apart() {
    let conf = "[general]\nweb = 127.0.0.1:0\non_demand = yes\n; database: as usual\n";
    let room = "[8000]\ntype = room\narrivals = nothing\nonly_person = no\n";
    let pbx = with_conclave("page-aside", &format!("{conf}{room}")).start().unwrap();
    let browser = Browser::start("aside");
    let operator = browser.person("operator");
    use_link(&operator, &first_link(&pbx), Some("admin"));
    let [alice, bob, carol] = ["alice", "bob", "carol"].map(|name| call(&pbx, name, "8000"));
    say_tones(&[&alice, &bob, &carol], &TONES);
    go(&operator, "#/rooms/8000");
    wait_tone(&carol, TONES[0], LEVEL);

    // Two talk aside, until they are let back.
    operator.click(r#"role=grid >> role=button[name="alice"]"#);
    operator.click(r#"role=button[name="Talk aside with …"]"#);
    operator.choose("label=Who", "bob");
    operator.screenshot("whom");
    operator.click(r#"role=dialog >> role=button[name="Talk aside"]"#);
    wait_no_tone(&carol, TONES[0]);
    wait_tone(&bob, TONES[0], LEVEL);
    operator.click(r#"role=button[name="End talking aside"]"#);
    wait_tone(&carol, TONES[0], LEVEL);

    // One is heard by one other only.
    operator.click(r#"role=button[name="Whisper to …"]"#);
    operator.choose("label=Who", "bob");
    operator.click(r#"role=dialog >> role=button[name="Whisper"]"#);
    wait_no_tone(&carol, TONES[0]);
    wait_tone(&bob, TONES[0], LEVEL);
    operator.click(r#"role=button[name="Whisper to …"]"#);
    operator.choose("label=Who", "Everybody (end whispering)");
    operator.click(r#"role=dialog >> role=button[name="Whisper"]"#);
    wait_tone(&carol, TONES[0], LEVEL);

    // One goes to another room, which opens for him.
    operator.click(r#"role=button[name="Move …"]"#);
    operator.fill("label=Number of the room", "8007");
    operator.click(r#"role=dialog[name=/another room/] >> role=button[name="Move …"]"#);
    operator.gone("role=row[name=/alice/]");
    wait_members(&pbx, "8007", 1);
    wait_no_tone(&carol, TONES[0]);
    go(&operator, "#/rooms");
    operator.see(r#"role=link[name="8007"]"#);
    drop((alice, bob, carol));
    operator.see("text=Nobody is in a conference now");
    assert_nothing_is_left(&pbx);
}
