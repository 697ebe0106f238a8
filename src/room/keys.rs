//! From keys to sequences: what a member has keyed so far, and what has become of it.

use super::{Action, Menu};

/// What one member has keyed and what has not been answered yet. The rules are told at [`Room`](super::Room).
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    /// The open menu's sequence, then what came after it.
    keyed: String,
    /// How much of it is the open menu; nothing if none is open.
    open: usize,
    /// The first key had a meaning already.
    spent: bool,
}

/// What a key, or a pause, has made of what was keyed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Becomes {
    /// Nothing yet: another key, or the pause, decides.
    Pending,
    /// A sequence that does these things. The rest is to be pressed anew.
    Sequence(Vec<Action>, String),
    /// The open menu is closed.
    Closed,
    /// The menu knows no such key; it stays open. The rest is to be pressed anew.
    Wrong(String),
    /// With no menu open this key means nothing, or nothing more. The rest is to be pressed anew.
    Meaningless(Option<char>, String),
    /// Nothing was keyed.
    Nothing,
}

impl Keys {
    /// Whether a menu is open: keys go on from a sequence that has been answered.
    pub(super) const fn is_open(&self) -> bool {
        self.open > 0
    }

    /// Whether a sequence may be incomplete.
    pub(super) const fn is_pending(&self) -> bool {
        self.keyed.len() > self.open
    }

    /// A key was pressed; see [`is_key`](super::menu::is_key).
    pub(super) fn press(&mut self, menu: &Menu, key: char) -> Becomes {
        self.keyed.push(key);
        self.decide(menu, false)
    }

    /// A key that had its meaning may also be the first one of a sequence; alone it is nothing.
    pub(super) fn begin(&mut self, menu: &Menu, key: char) {
        let mut begins = String::from(key);
        if menu.goes_on(&begins) {
            std::mem::swap(&mut self.keyed, &mut begins);
            self.open = 0;
            self.spent = true;
        }
    }

    /// No key came for as long as the menu's pause.
    pub(super) fn pause(&mut self, menu: &Menu) -> Becomes {
        if self.is_pending() { self.decide(menu, true) } else { Becomes::Nothing }
    }

    /// Closes the menu and forgets what was keyed.
    pub(super) fn close(&mut self) {
        *self = Self::default();
    }

    fn decide(&mut self, menu: &Menu, paused: bool) -> Becomes {
        let goes_on = menu.goes_on(&self.keyed);
        if let Some(actions) = menu.get(&self.keyed)
            && (!goes_on || paused || actions.iter().all(Action::continues))
        {
            return self.answer(actions.to_vec(), self.keyed.len());
        }
        if goes_on && !paused {
            return Becomes::Pending;
        }
        let passed = (self.open + 1..self.keyed.len()).rev();
        let passed = passed.filter_map(|end| Some((menu.get(&self.keyed[..end])?, end))).next();
        if let Some((actions, end)) = passed {
            return self.answer(actions.to_vec(), end);
        }
        let since = self.keyed.split_off(self.open);
        if !self.is_open() {
            let spent = self.spent;
            self.close();
            let mut rest = since.chars();
            let first = rest.next().filter(|_| !spent);
            return Becomes::Meaningless(first, rest.collect());
        }
        if menu.get(&since).is_some() || menu.goes_on(&since) {
            self.open = 0;
            self.keyed = since;
            return self.decide(menu, paused);
        }
        if since == "#" {
            self.close();
            return Becomes::Closed;
        }
        Becomes::Wrong(since.chars().skip(1).collect())
    }

    /// The first keys are a sequence that does this.
    fn answer(&mut self, actions: Vec<Action>, end: usize) -> Becomes {
        let rest = self.keyed.split_off(end);
        self.open = if actions.iter().any(Action::continues) {
            end
        } else if actions.iter().any(Action::repeats) {
            end - 1
        } else {
            0
        };
        self.keyed.truncate(self.open);
        self.spent = false;
        Becomes::Sequence(actions, rest)
    }
}
