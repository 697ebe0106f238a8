//! Signing in: what is said to whom, how long it takes, and how often it may be tried.

use std::time::{Duration, Instant};

use conclave::directory::{AccountDetails, AccountRole};
use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::common::World;

#[test]
fn who_signs_in_is_known_from_then_on_until_he_signs_out() {
    let world = World::new("sign-in");
    let ada = world.person("ada", AccountRole::Owner);
    let mut browser = Browser::new(&world);
    assert_eq!(browser.get("/session").refused(401).0, "signed_out");
    let session = browser.sign_in(" ADA ", PASSWORD).json(200);
    assert_eq!((&session["account"]["id"], &session["account"]["login"]), (&json!(ada.0), &json!("ada")));
    assert_eq!(session["scopes"], json!(["read", "write", "operate", "metrics"]));
    assert_eq!((&session["setup"], &session["account"]["role"]), (&json!(false), &json!("owner")));
    let again = browser.get("/session").json(200);
    assert_eq!((&again["csrf"], &again["account"]), (&session["csrf"], &session["account"]));
    assert_eq!(browser.get("/account").json(200), session["account"]);

    let cookie = browser.cookie.clone();
    let gone = browser.api("DELETE", "/session", None);
    assert_eq!((gone.status, &browser.cookie), (204, &None));
    browser.cookie = cookie;
    assert_eq!(browser.get("/session").refused(401).0, "signed_out");
}

#[test]
fn the_cookie_is_for_this_page_alone() {
    let world = World::new("cookie");
    world.person("ada", AccountRole::Owner);
    let answer = Browser::new(&world).sign_in("ada", PASSWORD);
    let cookie = answer.header("set-cookie").unwrap();
    let parts: Vec<&str> = cookie.split("; ").collect();
    let secret = parts[0].strip_prefix("conclave_session=").unwrap();
    assert_eq!(secret.len(), 64);
    assert_eq!(parts[1..], ["Path=/", "Max-Age=2592000", "HttpOnly", "SameSite=Strict"]);
    // The directory has neither it nor what it is shown with.
    let mut files = std::fs::read(world.folder().join("directory.db")).unwrap();
    files.extend(std::fs::read(world.folder().join("directory.db-wal")).unwrap());
    let has = |text: &str| files.windows(text.len()).any(|window| window == text.as_bytes());
    let csrf = answer.json(200)["csrf"].as_str().unwrap().to_owned();
    assert!(!has(secret) && !has(&csrf) && !has(PASSWORD));
    assert!(has("$argon2id$v=19$m=19456,t=2,p=1$"));
}

#[test]
fn what_was_wrong_is_not_told_and_takes_as_long() {
    let world = World::new("wrong");
    world.person("ada", AccountRole::Owner);
    let off = world.person("off", AccountRole::Owner);
    world.change(off, |details| details.enabled = false);
    world.desk(|desk| desk.create_account(&AccountDetails::new("new", AccountRole::Owner)));
    let mut took = Vec::new();
    let mut told = Vec::new();
    for (login, password) in
        [("ada", "wrong horse battery"), ("nobody", PASSWORD), ("off", PASSWORD), ("new", ""), ("", PASSWORD)]
    {
        let began = Instant::now();
        let answer = Browser::new(&world).sign_in(login, password);
        took.push(began.elapsed());
        told.push((answer.status, answer.text().to_owned()));
        assert!(answer.header("set-cookie").is_none());
    }
    assert!(told.iter().all(|one| *one == told[0] && one.0 == 401), "{told:?}");
    // Looking at a hash of argon2 is by far the longest part: whoever skipped it would be told by that.
    let least = took.iter().min().unwrap();
    assert!(*least > took[0] / 4, "{took:?}");
}

#[test]
fn too_many_wrong_passwords_have_to_wait_and_not_for_ever() {
    let world = World::new("brute");
    world.person("ada", AccountRole::Owner);
    world.person("bob", AccountRole::Owner);
    let mut browser = Browser::new(&world);
    for _ in 0..5 {
        assert_eq!(browser.sign_in("ada", "wrong horse battery").refused(401).0, "wrong");
    }
    let refused = browser.sign_in("ada", PASSWORD);
    assert_eq!(refused.refused(429).0, "too_many");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((3..=5).contains(&wait), "{wait}");
    // Others are not held up by it.
    browser.sign_in("bob", PASSWORD).json(200);
    std::thread::sleep(Duration::from_secs(wait));
    Browser::new(&world).sign_in("ada", PASSWORD).json(200);
}

#[test]
fn many_at_a_time_do_not_get_more_tries() {
    let world = World::new("parallel");
    world.person("ada", AccountRole::Owner);
    let attempts: Vec<_> = (0..20)
        .map(|_| {
            let mut browser = Browser::new(&world);
            std::thread::spawn(move || browser.sign_in("ada", "wrong horse battery").status)
        })
        .collect();
    let statuses: Vec<u16> = attempts.into_iter().map(|thread| thread.join().unwrap()).collect();
    // A pause of four seconds may be over while the rest of them come.
    let looked_at = statuses.iter().filter(|status| **status == 401).count();
    assert!((5..=6).contains(&looked_at) && statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");
}
