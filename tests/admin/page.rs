//! The files of the page.

use conclave::admin::Settings;

use crate::common::{World, raw};

fn get(world: &World, path: &str, headers: &[(&str, &str)]) -> crate::common::Answer {
    let headers: Vec<_> = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    raw(world.address, "GET", path, &headers, b"")
}

#[test]
fn files_are_sent_once_and_asked_for_again() {
    let world = World::new("files");
    let index = get(&world, "/", &[]);
    assert_eq!((index.status, index.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(index.text().contains("<title>Conclave"));
    assert_eq!(get(&world, "/index.html", &[]).body, index.body);
    let tag = index.header("etag").unwrap();
    assert_eq!(index.header("cache-control"), Some("no-cache"));
    for known in [tag.to_owned(), format!("\"other\", {tag}"), format!("W/{tag}")] {
        let again = get(&world, "/", &[("If-None-Match", &known)]);
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag)));
    }
    assert_eq!(get(&world, "/", &[("If-None-Match", "\"other\"")]).status, 200);
    let head = raw(world.address, "HEAD", "/", &[], b"");
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(raw(world.address, "POST", "/", &[], b"x").status, 405);
}

#[test]
fn no_path_leads_out_of_the_page() {
    let world = World::new("paths");
    for path in [
        "/../../Cargo.toml",
        "/../mod.rs",
        "/%2e%2e/mod.rs",
        "/..%2fmod.rs",
        "/..%5cmod.rs",
        "/./index.html",
        "//etc/passwd",
        "/%00",
        "/index.html%00.js",
        "/index.html/",
        "/INDEX.HTML",
        "/.git/config",
        "/api/v1/../../index.html",
        "/nothing.html",
    ] {
        let answer = get(&world, path, &[]);
        assert!([400, 404].contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.text().contains("[package]") && !answer.text().contains("mod api"), "{path}");
    }
    assert_eq!(get(&world, "/api/v1/nothing", &[]).refused(404).0, "missing");
    assert_eq!(get(&world, "/api/v1", &[]).status, 404);
    // It is an account of that name, and nobody may ask for one.
    assert_eq!(get(&world, "/api/v1/accounts/..%2f..%2fsession", &[]).refused(401).0, "signed_out");
}

#[test]
fn under_a_path_there_is_nothing_beside_it() {
    let settings = Settings { path: "/a/conclave".into(), ..Settings::default() };
    let world = World::with("below", settings, |place| place);
    let to = get(&world, "/a/conclave", &[]);
    assert_eq!((to.status, to.header("location")), (308, Some("/a/conclave/")));
    assert_eq!(get(&world, "/a/conclave/", &[]).status, 200);
    assert_eq!(get(&world, "/a/conclave/index.html?x=y", &[]).status, 200);
    assert_eq!(get(&world, "/a/conclave/api/v1/session", &[]).refused(401).0, "setup");
    for path in ["/", "/index.html", "/a/conclaves/", "/a/conclave../", "/api/v1/session", "/a/"] {
        assert_eq!(get(&world, path, &[]).status, 404, "{path}");
    }
    assert!(world.console_show().contains(&format!("http://{}/a/conclave/#/link/", world.address)));
}

#[test]
fn what_is_not_understood_is_refused_in_one_form() {
    let world = World::new("form");
    assert_eq!(raw(world.address, "PUT", "/api/v1/session", &[], b"").refused(405).0, "method");
    let allowed = raw(world.address, "PUT", "/api/v1/session", &[], b"");
    assert_eq!(allowed.header("allow"), Some("GET,HEAD,POST,DELETE"));
    assert_eq!(raw(world.address, "POST", "/api/v1/session", &[], b"{}").refused(415).0, "wrong_type");
    let json = [("Content-Type".to_owned(), "application/json".to_owned())];
    assert_eq!(raw(world.address, "POST", "/api/v1/session", &json, b"{").refused(400).0, "malformed");
    let none = raw(world.address, "POST", "/api/v1/session", &json, b"{\"login\": 1}");
    assert_eq!(none.refused(422).1, ["login"]);
}
