//! What keys can do, and sets of keys.

use std::{sync::Arc, time::Duration};

/// One thing that a key sequence does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Speak the menu's help; keys that follow go on from this sequence.
    Help,
    /// Close the menu.
    Close,
    /// Mute or unmute oneself.
    ToggleMute,
    /// Deafen oneself, or hear again.
    ToggleDeaf,
    /// Raise or lower one's hand.
    ToggleHand,
    /// The others less loud.
    ListenSofter,
    /// The others louder.
    ListenLouder,
    /// The others as loud as they are.
    ListenReset,
    /// Oneself less loud.
    TalkSofter,
    /// Oneself louder.
    TalkLouder,
    /// Oneself as loud as one is.
    TalkReset,
    /// Leave the conference.
    Leave,
    /// Leave the conference, and go on in the dial plan at this place.
    LeaveTo(DialplanPlace),
    /// Run the dial plan from this place, then come back.
    RunDialplan(DialplanPlace),
    /// Hear how many are here.
    Count,
    /// Hear the names of those who are here.
    RollCall,
    /// Call somebody: the number is keyed next, up to `#` or a pause.
    Invite,
    /// Give up the last invitation, or remove who came by it.
    CancelInvite,
    /// Play these files to whoever pressed the keys.
    Playback(Arc<[Arc<str>]>),
    /// The same; keys that follow go on from this sequence.
    PlaybackAndContinue(Arc<[Arc<str>]>),
    /// Nothing.
    NoOp,
    /// Leaders: lock or unlock the room.
    ToggleLock,
    /// Leaders: remove who came last and is no leader.
    KickLast,
    /// Leaders: mute everybody but leaders, or lift that.
    ToggleMuteAll,
    /// Leaders: begin or end recording.
    ToggleRecording,
    /// Leaders: pause recording, or go on.
    TogglePause,
    /// Leaders: let in all who wait in the lobby.
    AdmitAll,
    /// Leaders: give the floor to the first who raised his hand.
    GiveFloor,
    /// Leaders: let the conference last longer.
    Extend,
    /// Leaders: end the conference for everybody.
    End,
}

/// A place in the host's dial plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialplanPlace {
    /// Its context.
    pub context: Arc<str>,
    /// The extension in it.
    pub extension: Arc<str>,
    /// Where in the extension to begin, from 1.
    pub priority: u32,
}

/// A set of key sequences and what they do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Menu {
    /// Sequences of `0` to `9`, `*`, `#`, `A` to `D`, each with at least one action.
    pub(super) keys: Vec<(Box<str>, Vec<Action>)>,
    /// How long to wait for a further key of a sequence that could go on; `None`: the usual.
    pub(super) pause: Option<Duration>,
}
