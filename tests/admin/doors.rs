//! Whose browser may ask at all, and what browsers are told not to do.

use conclave::admin::Settings;
use conclave::directory::AccountRole;
use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::common::{World, raw};

#[test]
fn a_name_that_is_not_ours_is_refused_and_told_why() {
    let world = World::new("host");
    let port = world.address.port();
    let status = |host: &str| raw(world.address, "GET", "/", &[("Host".into(), host.into())], b"").status;
    for ours in ["localhost", "LOCALHOST:7380", "127.0.0.1", &format!("127.0.0.1:{port}"), "[::1]", "[::1]:80"] {
        assert_eq!(status(ours), 200, "{ours}");
    }
    for not in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7380", "192.0.2.1"] {
        assert_eq!(status(not), 421, "{not}");
    }
    let refused = raw(world.address, "GET", "/", &[("Host".into(), "pbx.example.org".into())], b"");
    assert!(refused.text().contains("web_url=http://pbx.example.org"), "{}", refused.text());
    for wrong in ["", "a b", "user@localhost", "localhost/x"] {
        assert!([400, 421].contains(&status(wrong)), "{wrong}");
    }
    // In the request's line it counts more than in a header.
    assert_eq!(raw(world.address, "GET", "http://evil.example/", &[], b"").status, 421);
    let twice = [("Host".into(), "localhost".into()), ("Host".into(), "evil.example".into())];
    assert_eq!(raw(world.address, "GET", "/", &twice, b"").status, 400);
}

#[test]
fn it_answers_to_the_name_that_it_was_given() {
    let url = Some("https://pbx.example.org/conclave".into());
    let world = World::with("url", Settings { url, ..Settings::default() }, |place| place);
    let status = |host: &str| raw(world.address, "GET", "/", &[("Host".into(), host.into())], b"").status;
    assert_eq!((status("pbx.example.org"), status("PBX.example.org:443"), status("localhost")), (200, 200, 200));
    assert_eq!(status("example.org"), 421);
    assert!(world.console_show().contains("https://pbx.example.org/conclave/#/link/"));
}

#[test]
fn pages_of_others_change_nothing_here() {
    let url = Some("https://pbx.example.org".into());
    let world = World::with("origin", Settings { url, ..Settings::default() }, |place| place);
    world.person("ada", AccountRole::Owner);
    let sign_in = |name: &str, value: &str| Browser::new(&world).with(name, value).sign_in("ada", PASSWORD).status;
    let own = format!("http://{}", world.address);
    for ours in [&*own, "https://pbx.example.org"] {
        assert_eq!(sign_in("Origin", ours), 200, "{ours}");
    }
    for not in ["https://evil.example", "null", "http://127.0.0.1:1", "https://pbx.example.org.evil.example", "x y"] {
        assert_eq!(sign_in("Origin", not), 403, "{not}");
    }
    assert_eq!((sign_in("Sec-Fetch-Site", "same-origin"), sign_in("Sec-Fetch-Site", "none")), (200, 200));
    assert_eq!((sign_in("Sec-Fetch-Site", "cross-site"), sign_in("Sec-Fetch-Site", "same-site")), (403, 403));
    let refused = Browser::new(&world).with("Origin", "https://evil.example").sign_in("ada", PASSWORD);
    assert_eq!(refused.refused(403).0, "origin");
    // Nor is it told that it may.
    let asked = [("Origin", "https://evil.example"), ("Access-Control-Request-Method", "POST")];
    let asked = asked.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let told = raw(world.address, "OPTIONS", "/api/v1/session", &asked, b"");
    assert!(told.headers.iter().all(|(name, _)| !name.starts_with("access-control")), "{:?}", told.headers);
}

#[test]
fn every_answer_tells_browsers_what_not_to_do() {
    let world = World::new("headers");
    for (method, path) in
        [("GET", "/"), ("GET", "/nothing"), ("GET", "/api/v1/session"), ("DELETE", "/"), ("BREW", "/")]
    {
        let answer = raw(world.address, method, path, &[], b"");
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{method} {path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
        assert_eq!(answer.header("strict-transport-security"), None);
    }
    assert_eq!(raw(world.address, "GET", "/api/v1/session", &[], b"").header("cache-control"), Some("no-store"));
}

#[test]
fn behind_a_proxy_it_is_told_who_comes_and_how_and_else_believes_nobody() {
    let far = |name: &str| (name.to_owned(), "pbx.example.org".to_owned());
    for behind_proxy in [true, false] {
        let settings = Settings { behind_proxy, path: "/conclave".into(), ..Settings::default() };
        let world = World::with("proxy", settings, |place| place);
        let account = conclave::directory::AccountDetails::new("ada", AccountRole::Owner);
        world.desk(move |desk| desk.create_account(&account));
        let link = world.console_link("ada").unwrap();
        let token = link.rsplit('/').next().unwrap();
        let mut browser = Browser { base: "/conclave".into(), ..Browser::new(&world) };
        browser.headers = vec![("X-Forwarded-Proto".into(), "https".into())];
        browser.headers.extend(behind_proxy.then(|| far("Host")));
        let answer = browser.post("/link", json!({"token": token, "password": PASSWORD}));
        let cookie = answer.header("set-cookie").unwrap();
        assert_eq!(cookie.contains("; Secure"), behind_proxy, "{cookie}");
        assert!(cookie.contains("; Path=/conclave;"), "{cookie}");
        assert_eq!(answer.header("strict-transport-security").is_some(), behind_proxy);
        // Tries are counted by whom the proxy saw, which stands last; without a proxy by who is there.
        let mut statuses = Vec::new();
        for number in 0..7 {
            let from = format!("203.0.113.{number}, 198.51.100.{number}");
            statuses.push(browser.with("X-Forwarded-For", &from).sign_in("ada", "wrong horse battery").status);
        }
        assert_eq!(statuses[6], if behind_proxy { 401 } else { 429 }, "{statuses:?}");
        let same: Vec<u16> = (0..7)
            .map(|number| {
                let from = format!("203.0.113.{number}, 198.51.100.77");
                browser.with("X-Forwarded-For", &from).sign_in("ada", "wrong horse battery").status
            })
            .collect();
        assert_eq!(same[6], 429, "{same:?}");
    }
}
