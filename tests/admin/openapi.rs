//! The description of the API: it has every route, and every route is as it says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use conclave::directory::AccountRole;
use serde_json::Value;

use crate::common::World;

const METHODS: [&str; 5] = ["get", "post", "put", "delete", "patch"];

/// The methods of each path, by the description that is served.
fn described(world: &World) -> BTreeMap<String, BTreeSet<String>> {
    let description = world.account("look", AccountRole::Owner).get("/openapi.json").json(200);
    let paths = description["paths"].as_object().unwrap();
    let methods = |operations: &Value| {
        operations.as_object().unwrap().keys().filter(|name| METHODS.contains(&&***name)).cloned().collect()
    };
    paths.iter().map(|(path, operations)| (path.clone(), methods(operations))).collect()
}

/// The same by the code: `.route("/path", get(…).post(…))`.
fn routed() -> BTreeMap<String, BTreeSet<String>> {
    let mut routes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/admin/api")) {
        let text = fs::read_to_string(&file).unwrap();
        for route in text.split(".route(").skip(1) {
            let path = route.split('"').nth(1).expect("a path");
            if path == "/metrics" {
                continue;
            }
            // Up to the parenthesis that closes it.
            let mut depth = 1;
            let end = route.char_indices().find_map(|(place, letter)| {
                depth += match letter {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                (depth == 0).then_some(place)
            });
            let whole: String = route[..end.expect("an end")].split_whitespace().collect();
            let has =
                |method: &&&str| [",", ".", ":"].iter().any(|before| whole.contains(&format!("{before}{method}(")));
            let methods = METHODS.iter().filter(has).map(|method| (*method).to_owned());
            routes.entry(path.to_owned()).or_default().extend(methods);
        }
    }
    routes
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_route_is_described_and_nothing_else() {
    let world = World::new("openapi");
    let (described, routed) = (described(&world), routed());
    assert!(routed.len() > 20, "{routed:?}");
    assert!(routed.values().all(|methods| !methods.is_empty()), "{routed:?}");
    assert_eq!(described, routed);
}

#[test]
fn every_form_that_is_named_is_described() {
    let text = serde_json::to_string(&conclave::admin::openapi()).unwrap();
    let description: Value = serde_json::from_str(&text).unwrap();
    let named: Vec<&str> = text.split("\"#/").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(named.len() > 100, "{named:?}");
    for name in named {
        assert!(description.pointer(&format!("/{name}")).is_some(), "{name} is described nowhere");
    }
}

#[test]
fn every_described_route_is_there() {
    let world = World::new("openapi-there");
    for (path, methods) in described(&world) {
        let concrete = path.replace(['{', '}'], "");
        for method in methods {
            // Without saying who asks: a route that is not there answers otherwise.
            let answer = world.stranger().send(&method.to_uppercase(), &concrete, None, b"");
            let is_open = ["/session", "/link"].contains(&&*path);
            assert!(answer.status == 401 || is_open && answer.status != 404, "{method} {path}: {}", answer.status);
        }
    }
}
