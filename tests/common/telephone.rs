//! A telephone in a browser: SIP over WebSocket, ICE, DTLS-SRTP and Opus, as tests/browser/driver/telephone.js has them.

use std::time::{Duration, Instant};

use conclave_rig::{Pbx, listen};
use serde_json::{Value, json};

use super::browser::{Browser, Page};
use super::{LEVEL, wait_until};

/// Somebody who calls with one.
pub struct Telephone<'b> {
    name: &'static str,
    page: Page<'b>,
}

impl<'b> Telephone<'b> {
    /// Opens the page.
    pub fn open(browser: &'b Browser, name: &'static str) -> Telephone<'b> {
        let page = browser.person(name);
        page.telephone();
        Telephone { name, page }
    }

    /// Calls a number; returns when the call is on its way.
    pub fn call(&self, pbx: &Pbx, number: &str) {
        self.does("call", json!([self.name, pbx.websocket(), number]));
    }

    /// Says a tone from now on.
    pub fn say(&self, hertz: f64) {
        self.does("say", json!([hertz, LEVEL]));
    }

    /// What the browser would have played last, at [`RATE`].
    pub fn heard_last(&self, time: Duration) -> Vec<i16> {
        serde_json::from_value(self.does("heard", json!([time.as_secs_f64()]))).unwrap()
    }

    /// Whether the call is answered.
    pub fn is_answered(&self) -> bool {
        !self.counts()["answered"].is_null()
    }

    /// Waits for the answer; when it was seen.
    pub fn wait_answer(&self) -> Instant {
        assert!(wait_until(|| self.is_answered()), "{} is not answered: {}", self.name, self.counts());
        Instant::now()
    }

    /// Whether he has heard anything, louder than -40 dBFS.
    pub fn has_heard(&self) -> bool {
        !self.counts()["firstHeard"].is_null()
    }

    /// How long after the answer he heard the first sound; nothing, if that came before.
    pub fn first_heard_after(&self) -> Duration {
        let counts = self.counts();
        let [answered, heard] = ["answered", "firstHeard"].map(|moment| counts[moment].as_f64());
        let after = heard.expect("he has heard something") - answered.expect("he is answered");
        Duration::from_secs_f64(after.max(0.0) / 1_000.0)
    }

    /// What the browser itself counts, and when what was first, in milliseconds.
    pub fn counts(&self) -> Value {
        self.does("counts", json!([]))
    }

    /// Presses keys, as RFC 4733 events.
    pub fn press(&self, digits: &str) {
        assert_eq!(self.does("press", json!([digits])), true);
    }

    /// Looks for another way to the PBX: an ICE restart.
    pub fn restart_ice(&self) {
        self.does("restartIce", json!([]));
    }

    /// Puts the PBX on hold, or comes back.
    pub fn hold(&self, hold: bool) {
        self.does("hold", json!([hold]));
    }

    /// Hangs up.
    pub fn hang_up(&self) {
        self.does("hangUp", json!([]));
    }

    /// Closes the page, without a word to the PBX.
    pub fn vanish(&self) {
        self.page.vanish();
    }

    /// Waits until he hears a tone as loud as it was said, and of another, his own, nothing.
    pub fn wait_hears(&self, hertz: f64, own: f64) {
        let mut levels = Vec::new();
        let right = wait_until(|| {
            levels = listen::tones_heard(&self.heard_last(Duration::from_millis(500)), RATE, &[hertz, own]);
            (levels[0] - LEVEL).abs() < 1.5 && levels[1] < -50.0
        });
        assert!(right, "{} hears {hertz} Hz and his own {own} Hz at {levels:.1?} dBFS: {}", self.name, self.counts());
    }

    fn does(&self, what: &str, with: Value) -> Value {
        self.page.evaluate(&format!("telephone.{what}(...{with})"))
    }
}

/// Samples a second of what it hears.
pub const RATE: u32 = 48_000;
