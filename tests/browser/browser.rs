//! A real browser, step by step.
//!
//! Each story has a [`Browser`] of its own, and in it people ([`Page`]) who are signed in apart from each other. What a
//! step is about is named as a person who cannot see it would find it: by role and name, `role=button[name="Mute"]`, or by
//! a field's label, `label=Login`; ` >> ` leads inwards. A step waits for what it is about, and fails the story in words,
//! with a picture beside them, if it does not come, or if the page complained of anything in the meantime.

use std::cell::RefCell;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Condvar, Mutex};

use conclave_rig::pbx::workspace;
use serde_json::{Value, json};

/// A browser that nobody sees.
pub struct Browser {
    process: RefCell<Child>,
    steps: RefCell<Option<ChildStdin>>,
    answers: RefCell<BufReader<ChildStdout>>,
    _turn: Turn,
}

impl Browser {
    /// Starts one, when there are not too many; pictures go to `target/browser/STORY`.
    pub fn start(story: &str) -> Browser {
        let turn = Turn::take();
        let at = workspace().join("target/browser");
        assert!(at.join("node_modules/.ready").is_file(), "the driver of the browser is missing: run make browser");
        let artefacts = at.join(story);
        let _ = fs::remove_dir_all(&artefacts);
        fs::create_dir_all(&artefacts).unwrap();
        let mut process = Command::new("node")
            .arg(workspace().join("tests/browser/driver/driver.mjs"))
            .args([&at, &artefacts])
            .arg("/usr/bin/chromium")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is installed");
        let steps = RefCell::new(process.stdin.take());
        let answers = RefCell::new(BufReader::new(process.stdout.take().unwrap()));
        Browser { process: RefCell::new(process), steps, answers, _turn: turn }
    }

    /// Somebody at a machine of his own.
    pub fn person<'b>(&'b self, name: &'static str) -> Page<'b> {
        Page { browser: self, name }
    }

    fn step(&self, step: Value) -> Value {
        let words = step.to_string();
        let mut steps = self.steps.borrow_mut();
        writeln!(steps.as_mut().unwrap(), "{words}").expect("the browser lives");
        let mut answer = String::new();
        self.answers.borrow_mut().read_line(&mut answer).unwrap();
        let mut answer: Value = serde_json::from_str(&answer).unwrap_or_else(|_| panic!("the browser died at {words}"));
        if let Some(why) = answer["failed"].as_str() {
            panic!("{words}: {why}");
        }
        answer["done"].take()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // At the end of its steps it ends.
        self.steps.borrow_mut().take();
        let _ = self.process.borrow_mut().wait();
    }
}

/// The right to have a browser. Other stories mostly wait, but a browser computes: many at a time would only be slow.
struct Turn;

static TAKEN: Mutex<u32> = Mutex::new(0);
static GIVEN_BACK: Condvar = Condvar::new();
const MOST: u32 = 3;

impl Turn {
    fn take() -> Turn {
        *GIVEN_BACK.wait_while(TAKEN.lock().unwrap(), |taken| *taken == MOST).unwrap() += 1;
        Turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *TAKEN.lock().unwrap() -= 1;
        GIVEN_BACK.notify_one();
    }
}

/// What one person has before him.
#[derive(Clone, Copy)]
pub struct Page<'b> {
    browser: &'b Browser,
    name: &'static str,
}

impl Page<'_> {
    fn step(&self, step: &str, mut what: Value) -> Value {
        what["who"] = self.name.into();
        what["step"] = step.into();
        self.browser.step(what)
    }

    /// Opens an address.
    pub fn open(&self, url: &str) {
        self.step("open", json!({ "url": url }));
    }

    /// Clicks on something.
    pub fn click(&self, on: &str) {
        self.step("click", json!({ "on": on }));
    }

    /// Writes into a field, instead of what was in it.
    pub fn fill(&self, on: &str, text: &str) {
        self.step("fill", json!({ "on": on, "text": text }));
    }

    /// Chooses from a list.
    pub fn choose(&self, on: &str, text: &str) {
        self.step("choose", json!({ "on": on, "text": text }));
    }

    /// Sets a tick, or takes it away.
    pub fn check(&self, on: &str, checked: bool) {
        self.step("check", json!({ "on": on, "checked": checked }));
    }

    /// Gives a file to a field.
    pub fn upload(&self, on: &str, path: &std::path::Path) {
        self.step("upload", json!({ "on": on, "path": path }));
    }

    /// Presses a key, such as `Control+Enter`.
    pub fn press(&self, keys: &str) {
        self.step("press", json!({ "keys": keys }));
    }

    /// Types letter by letter.
    pub fn type_text(&self, text: &str) {
        self.step("type", json!({ "text": text }));
    }

    /// Waits until it can be seen.
    pub fn see(&self, on: &str) {
        self.step("see", json!({ "on": on }));
    }

    /// Waits until it can be seen no longer.
    pub fn gone(&self, on: &str) {
        self.step("gone", json!({ "on": on }));
    }

    /// What is written there.
    pub fn text(&self, on: &str) -> String {
        self.step("text", json!({ "on": on })).as_str().unwrap().to_owned()
    }

    /// What is in a field.
    pub fn value(&self, on: &str) -> String {
        self.step("value", json!({ "on": on })).as_str().unwrap().to_owned()
    }

    /// An attribute, if it has that.
    pub fn attribute(&self, on: &str, name: &str) -> Option<String> {
        self.step("attribute", json!({ "on": on, "name": name })).as_str().map(str::to_owned)
    }

    /// How many there are at this moment.
    pub fn count(&self, on: &str) -> u64 {
        self.step("count", json!({ "on": on })).as_u64().unwrap()
    }

    /// Runs a script in the page: what it makes.
    pub fn evaluate(&self, script: &str) -> Value {
        self.step("evaluate", json!({ "script": script }))
    }

    /// Makes the window so large.
    pub fn size(&self, width: u32, height: u32) {
        self.step("size", json!({ "width": width, "height": height }));
    }

    /// Prefers a look, such as `{"colorScheme": "dark"}`.
    pub fn prefer(&self, media: Value) {
        self.step("prefer", json!({ "media": media }));
    }

    /// Cuts the connection, or mends it.
    pub fn offline(&self, offline: bool) {
        self.step("offline", json!({ "offline": offline }));
    }

    /// Takes away all cookies, as when a session is over.
    pub fn forget(&self) {
        self.step("forget", json!({}));
    }

    /// What the browser counts, such as `ScriptDuration` in seconds.
    pub fn metrics(&self) -> Value {
        self.step("metrics", json!({}))
    }

    /// Takes a picture of what the window shows.
    pub fn screenshot(&self, name: &str) -> PathBuf {
        self.step("screenshot", json!({ "name": name, "full": false })).as_str().unwrap().into()
    }

    /// Takes a picture of all of the page.
    pub fn full_screenshot(&self, name: &str) -> PathBuf {
        self.step("screenshot", json!({ "name": name, "full": true })).as_str().unwrap().into()
    }

    /// Clicks on what is a download: the file's name and text.
    pub fn download(&self, on: &str) -> (String, String) {
        let file = self.step("download", json!({ "on": on }));
        (file["name"].as_str().unwrap().to_owned(), file["text"].as_str().unwrap().to_owned())
    }

    /// Asserts that a checker of accessibility finds nothing, and that nothing is wider than the window.
    pub fn check_accessibility(&self) {
        assert_eq!(self.step("accessibility", json!({})), json!([]));
        let overflow = self.step("overflow", json!({})).as_i64().unwrap();
        assert!(overflow <= 0, "{} has to scroll sideways by {overflow} pixels", self.name);
    }
}
