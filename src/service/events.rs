//! What others are told.

use std::time::Duration;

use super::{Happening, Host, Service};

impl<H: Host> Service<H> {
    /// Something happened that others may want to know.
    pub(super) fn happened(&mut self, _now: Duration, happening: Happening) {
        self.host.tell(&happening);
    }
}
