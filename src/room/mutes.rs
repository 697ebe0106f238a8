//! Why a member is not heard, and why he does not hear.

/// Why a member may not talk. Each reason is lifted by the one who set it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mutes {
    /// He muted himself; only he can lift it.
    pub own: bool,
    /// He came in muted (option `m`); he can lift it, and so can a leader and the console.
    pub at_start: bool,
    /// A leader or the console muted him; only they can lift it.
    pub imposed: bool,
    /// Everybody was muted, and he with them; leaders and the console lift it, for all, for him, or by giving him the
    /// floor.
    pub all: bool,
    /// He has not heard to its end yet that the conference is recorded. It goes by itself.
    pub warned: bool,
}

impl Mutes {
    /// Whether any reason holds.
    pub const fn any(self) -> bool {
        self.own || self.at_start || self.imposed || self.all || self.warned
    }
}

/// Why a member hears nothing of the room. The same rules as for [`Mutes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deafs {
    /// He deafened himself; only he can lift it.
    pub own: bool,
    /// He came in deaf; he can lift it, and so can a leader and the console.
    pub at_start: bool,
    /// A leader or the console deafened him; only they can lift it.
    pub imposed: bool,
}

impl Deafs {
    /// Whether any reason holds.
    pub const fn any(self) -> bool {
        self.own || self.at_start || self.imposed
    }
}
