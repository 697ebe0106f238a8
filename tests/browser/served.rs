//! The page without a PBX, for stories in which nobody calls: on a directory of its own, before rooms that are only said
//! to be there.

use std::sync::mpsc;

use conclave::directory::{AccountDetails, AccountRole};

use crate::browser::{Browser, Page};
use crate::people::use_link;
use crate::world::{PATIENCE, World};

/// Somebody who has an account of this role, and is signed in.
pub fn signed_in<'b>(world: &World, browser: &'b Browser, login: &'static str, role: AccountRole) -> Page<'b> {
    let details = AccountDetails::new(login, role);
    world.desk(move |desk| desk.create_account(&details));
    let page = browser.person(login);
    use_link(&page, &link(world, login), None);
    page
}

/// What the console's `web link` says, without its words.
fn link(world: &World, login: &str) -> String {
    let (sender, told) = mpsc::channel();
    world.admin().web().link(login.into(), Box::new(move |done| sender.send(done).unwrap()));
    let words = told.recv_timeout(PATIENCE).unwrap().unwrap();
    words.split_whitespace().find(|word| word.contains("/#/link/")).unwrap().to_owned()
}

/// The whole address of one of the page's views.
pub fn at(world: &World, hash: &str) -> String {
    format!("http://{}/{hash}", world.address)
}
