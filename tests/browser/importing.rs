//! Many conferences at once: a file with a bad row imports nothing and names the row; a good one, all; sounds.

use std::fs;

use conclave::directory::{AccountRole, PbxUser};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::people::{api, go};
use crate::served::signed_in;
use crate::world::World;

const FILE: &str = "css=input[type=file] >> nth=0";

#[test]
fn a_bad_row_is_named_and_nothing_is_imported() {
    let world = World::new("page-import");
    let browser = Browser::start("import");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Provider);
    let bad = world.folder().join("bad.csv");
    fs::write(&bad, "name,kind,max_participants\nOne,meeting,5\nTwo,meeting,few\nThree,nothing,\n").unwrap();
    go(&ada, "#/conferences/import");
    ada.upload(FILE, &bad);
    ada.see("role=row[name=/line 3/]");
    ada.see("role=row[name=/line 4/]");
    ada.check_accessibility();
    ada.screenshot("bad");
    let total = || api(&ada, "get", "conferences", &Value::Null)["total"].as_u64().unwrap();
    assert_eq!(total(), 0);

    let good = world.folder().join("good.csv");
    fs::write(&good, "name,kind,max_participants\nOne,meeting,5\nTwo,meeting,\n").unwrap();
    ada.upload(FILE, &good);
    ada.see("text=good.csv: 2 conferences would be made.");
    ada.screenshot("good");
    assert_eq!(total(), 0);
    ada.click(r#"role=button[name="Import all 2"]"#);
    ada.see(r#"role=link[name="Two"]"#);
    assert_eq!(total(), 2);
    let (name, text) = {
        ada.click(r#"role=button[name="Import and export"]"#);
        ada.download(r#"role=menuitem[name="Export as CSV"]"#)
    };
    assert!(name.ends_with(".csv") && text.contains("One") && text.contains("leader_code"), "{name}: {text}");
}

#[test]
fn users_of_the_pbx_get_a_conference_each() {
    let world = World::new("page-users");
    let user = |user: &str, name: &str| PbxUser { user: user.into(), name: name.into(), email: String::new() };
    *world.pbx.users.lock().unwrap() = vec![user("201", "Ada Lovelace"), user("202", "Grace Hopper")];
    let browser = Browser::start("users");
    let admin = signed_in(&world, &browser, "admin", AccountRole::Provider);
    go(&admin, "#/conferences/import?from=users");
    admin.check("role=checkbox[name=/Ada Lovelace/]", false);
    admin.check_accessibility();
    admin.screenshot("users");
    admin.click(r#"role=button[name="Make one conference"]"#);
    admin.see(r#"role=link[name="Grace Hopper"]"#);
    assert_eq!(admin.count(r#"role=link[name="Ada Lovelace"]"#), 0);
    go(&admin, "#/conferences/import?from=users");
    admin.see("role=row[name=/Grace Hopper.*Has one/]");
}

#[test]
fn what_is_no_sound_is_refused_in_words_and_a_sound_is_played_back() {
    let world = World::new("page-sounds");
    let browser = Browser::start("sounds");
    let ada = signed_in(&world, &browser, "ada", AccountRole::Owner);
    let made = api(&ada, "post", "conferences", &json!({ "kind": "meeting", "name": "Team" }));
    let text = world.folder().join("name.mp3");
    fs::write(&text, "This is a letter, and no music.").unwrap();
    go(&ada, &format!("#/conferences/{}", made["id"]));
    ada.upload(FILE, &text);
    ada.see("css=.drop p.error >> text=/./");
    ada.screenshot("refused");
    let sound = world.folder().join("name.wav");
    fs::write(&sound, wav()).unwrap();
    ada.upload(FILE, &sound);
    ada.see("css=audio");
    ada.check_accessibility();
    ada.screenshot("sound");
    assert_eq!(api(&ada, "get", &format!("conferences/{}", made["id"]), &Value::Null)["name_sound"], true);
    let seconds = "new Promise((resolve) => { const player = document.querySelector('audio'); player.preload = 'auto'; \
                   player.onloadedmetadata = () => resolve(player.duration); player.load(); })";
    assert!((0.9..1.2).contains(&ada.evaluate(seconds).as_f64().unwrap()));
}

/// A second of a tone.
fn wav() -> Vec<u8> {
    let samples = (0..8000_u16).flat_map(|at| ((f32::from(at) * 0.345).sin() * 0.3).to_bits().to_le_bytes());
    let data: Vec<u8> = samples.collect();
    let length = u32::try_from(data.len()).unwrap();
    let mut wav = Vec::new();
    wav.extend(b"RIFF");
    wav.extend((36 + length).to_le_bytes());
    wav.extend(b"WAVEfmt ");
    wav.extend(16_u32.to_le_bytes());
    // Floats, one channel, 8000 a second.
    for field in [3_u16, 1] {
        wav.extend(field.to_le_bytes());
    }
    for field in [8000_u32, 32_000] {
        wav.extend(field.to_le_bytes());
    }
    for field in [4_u16, 32] {
        wav.extend(field.to_le_bytes());
    }
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.extend(data);
    wav
}
