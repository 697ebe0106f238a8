//! The users of FreeSWITCH's own directory, in the default domain.

use std::collections::BTreeMap;
use std::io;

use super::config::{Tag, variable};
use super::sys;
use crate::directory::PbxUser;
use crate::host::c_string;

/// All of them, by their numbers.
///
/// # Errors
///
/// If there is no such domain, as where users come one at a time from a server.
pub fn all() -> io::Result<Vec<PbxUser>> {
    let name = variable(c"domain");
    let domain = c_string(&name);
    let (mut root, mut node) = (std::ptr::null_mut(), std::ptr::null_mut());
    let mut users = BTreeMap::new();
    // SAFETY: strings that live during the call, and places for trees; what is found lives until the root is given back.
    unsafe {
        let found = sys::switch_xml_locate(
            c"directory".as_ptr(),
            c"domain".as_ptr(),
            c"name".as_ptr(),
            domain.as_ptr(),
            &mut root,
            &mut node,
            std::ptr::null_mut(),
            0,
        );
        if found == sys::SWITCH_STATUS_SUCCESS as sys::switch_status_t
            && let Some(domain) = node.as_ref()
        {
            walk(Tag::of(domain), &mut users);
        }
        if !root.is_null() {
            sys::switch_xml_free(root);
        }
    }
    if node.is_null() {
        return Err(io::Error::other(format!("FreeSWITCH's directory has no list of users for the domain '{name}'")));
    }
    Ok(users.into_values().collect())
}

fn walk(tag: Tag<'_>, users: &mut BTreeMap<String, PbxUser>) {
    for inner in tag.inside() {
        match &*inner.name() {
            "user" => {
                // A user with a type, as pointer, only stands for another one.
                if let (Some(user), None) = (inner.attribute("id"), inner.attribute("type")) {
                    let name = value(inner, "variables", "effective_caller_id_name");
                    let email = value(inner, "params", "vm-mailto");
                    users.entry(user.clone()).or_insert(PbxUser { user, name, email });
                }
            }
            "groups" | "group" | "users" => walk(inner, users),
            _ => {}
        }
    }
}

/// The value of this name in such a group of a user's; empty if there is none.
fn value(user: Tag<'_>, group: &str, name: &str) -> String {
    let mut inside = user.inside().filter(|inner| inner.name() == group).flat_map(Tag::inside);
    let found = inside.find(|inner| inner.attribute("name").as_deref() == Some(name));
    found.and_then(|found| found.attribute("value")).unwrap_or_default()
}
