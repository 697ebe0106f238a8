//! What the driver does with each output, and whether it may come now.

use super::super::{length, names};
use super::{Hall, tells_of_recording};
use conclave::room::{CallResult, MemberId, Notice, Output, RecordOrder, Sound, Then};
use std::collections::BTreeSet;

impl Hall {
    pub(super) fn obey(&mut self, output: Output) -> String {
        let refusal = matches!(output, Output::Refuse { .. });
        assert!(refusal || !self.ended, "{output:?} after the end");
        match output {
            Output::Welcome { member, .. } => {
                assert_eq!(self.unanswered.take(), Some(member), "welcomes nobody");
                assert!(self.opened, "welcomes before it opened");
                assert!(self.inside.insert(member), "welcomes {member} twice");
                self.may_talk.remove(&member);
                self.deaf.remove(&member);
                self.voices.remove(&member);
                String::new()
            }
            Output::Seat { member } => {
                self.in_the_room(member);
                assert!(!self.away.contains(&member), "seats {member} while he is away");
                assert!(self.may_talk.contains_key(&member), "seats {member} before it is said whether he may talk");
                assert!(self.seated.insert(member), "seats {member} twice");
                format!("{member} seat")
            }
            Output::Unseat { member } => {
                assert!(self.seated.remove(&member), "unseats {member} who is not seated");
                let asides = self.whispers.iter().chain(&self.pairs);
                assert_eq!(asides.filter(|(one, other)| **one == member || **other == member).count(), 0);
                assert!(!self.talks.contains(&member), "unseats {member} while he talks");
                format!("{member} unseat")
            }
            Output::Refuse { member, sounds, result } => {
                assert_eq!(self.unanswered.take(), Some(member), "refuses nobody");
                self.parting("refuse", member, &sounds, result)
            }
            Output::Play { member, sounds } => {
                self.in_the_room(member);
                assert!(!self.away.contains(&member), "plays to {member} who is away");
                let line = format!("{member} play {}", names(&sounds));
                let replaced = self.plays.insert(member, (self.now + length(&sounds), sounds));
                let was_warning = replaced.is_some_and(|(_, sounds)| tells_of_recording(&sounds));
                assert!(!was_warning || !self.reports_played, "cuts off the warning that {member} is recorded");
                line
            }
            Output::PlayRoom { sounds, except } => {
                assert!(!self.seated.is_empty(), "plays to an empty room");
                assert!(self.plays_to_all.is_none() || !self.reports_played, "two announcements at once");
                assert!(except.is_none_or(|member| self.seated.contains(&member) && self.seated.len() > 1));
                let mut line = format!("room play {}", names(&sounds));
                let mut listeners = self.seated.clone();
                if let Some(member) = except {
                    listeners.remove(&member);
                    line += &format!(" (not {member})");
                }
                self.plays_to_all = Some((self.now + length(&sounds), sounds, listeners));
                line
            }
            Output::StopPlaying { member } => {
                self.in_the_room(member);
                let playing = self.plays.remove(&member);
                assert!(playing.is_some() || self.just_ended == Some(member), "stops what does not play");
                format!("{member} stop")
            }
            Output::Music { member, on } => {
                self.in_the_room(member);
                if on {
                    assert!(self.music.insert(member), "music on twice");
                    format!("{member} music")
                } else {
                    assert!(self.music.remove(&member), "music off twice");
                    format!("{member} no-music")
                }
            }
            Output::TalkingAllowed { member, allowed } => {
                self.in_the_room(member);
                let before = self.may_talk.insert(member, allowed);
                assert_ne!(before, Some(allowed), "says the same twice");
                let word = if allowed { "may-talk" } else { "may-not-talk" };
                format!("{member} {word}")
            }
            Output::HearingAllowed { member, allowed } => {
                self.in_the_room(member);
                let changed = if allowed { self.deaf.remove(&member) } else { self.deaf.insert(member) };
                assert!(changed, "says the same twice");
                let word = if allowed { "may-hear" } else { "may-not-hear" };
                format!("{member} {word}")
            }
            Output::TalkGain { member, volume } => {
                self.in_the_room(member);
                format!("{member} talks {}", volume.decibels())
            }
            Output::ListenGain { member, volume } => {
                self.in_the_room(member);
                format!("{member} listens {}", volume.decibels())
            }
            Output::Voice { member, level, denoise } => {
                self.in_the_room(member);
                let before = self.voices.insert(member, (level, denoise));
                assert_ne!(before.unwrap_or_default(), (level, denoise), "says the same twice");
                format!("{member} voice level={level} denoise={denoise}")
            }
            Output::Mix(mix) => format!("mix {} {:?}", mix.most_talkers, mix.comfort_noise),
            Output::Answer { member } => {
                self.in_the_room(member);
                assert!(self.seated.contains(&member) && self.seated.len() > 1, "answers who is alone");
                assert!(self.answered.insert(member), "answers twice");
                format!("{member} answer")
            }
            output @ (Output::Dial { .. } | Output::HangUp { .. }) => self.obey_call(output),
            output @ (Output::Whisper { .. } | Output::Pair(..) | Output::Unpair(..)) => self.obey_aside(output),
            Output::SendDigit { member, digit } => {
                self.in_the_room(member);
                assert!(self.seated.contains(&member), "sends a key to {member} who waits");
                format!("{member} send {digit}")
            }
            Output::RunDialplan { member, place } => {
                self.in_the_room(member);
                let plays = self.reports_played && self.plays.contains_key(&member);
                assert!(!self.seated.contains(&member) && !plays, "lends a call in use");
                assert!(self.away.insert(member), "lends {member} twice");
                format!("{member} run {place}")
            }
            Output::Record(order) => {
                let allowed: &[_] = match order {
                    RecordOrder::Start => &[None],
                    RecordOrder::Stop => &[Some(RecordOrder::Start), Some(RecordOrder::Pause)],
                    RecordOrder::Pause => &[Some(RecordOrder::Start)],
                    RecordOrder::Resume => &[Some(RecordOrder::Pause)],
                };
                assert!(allowed.contains(&self.recorder), "{order:?} after {:?}", self.recorder);
                self.recorder = match order {
                    RecordOrder::Start | RecordOrder::Resume => Some(RecordOrder::Start),
                    RecordOrder::Pause => Some(RecordOrder::Pause),
                    RecordOrder::Stop => None,
                };
                if order == RecordOrder::Stop {
                    self.knows_recorded.clear();
                }
                format!("record {order:?}").to_lowercase()
            }
            Output::Release { member, sounds, result, then } => {
                assert!(self.inside.remove(&member), "releases {member} who is not in the room");
                self.seated.remove(&member);
                self.away.remove(&member);
                self.plays.remove(&member);
                self.music.remove(&member);
                self.answered.remove(&member);
                self.knows_recorded.remove(&member);
                assert!(!self.talks.contains(&member), "leaves while talking");
                let asides = self.whispers.iter().chain(&self.pairs);
                assert_eq!(asides.filter(|(one, other)| **one == member || **other == member).count(), 0);
                let line = self.parting("release", member, &sounds, result);
                match then {
                    Then::GoOn => line,
                    Then::Goto(place) => format!("{line} to {place}"),
                    Then::ToRoom => format!("{line} to-room"),
                }
            }
            Output::Opened => {
                assert!(!self.opened, "opens twice");
                self.opened = true;
                "opened".into()
            }
            Output::Ended => {
                assert!(self.inside.is_empty(), "ends with members inside");
                assert_eq!(self.recorder, None, "ends while it records");
                assert_eq!(self.calls, BTreeSet::new(), "leaves calls behind");
                self.ended = true;
                self.plays_to_all = None;
                "ended".into()
            }
            Output::Declined(why) => format!("declined {why:?}").to_lowercase(),
            Output::Notice(Notice::Talking { member, on }) => {
                assert!(self.seated.contains(&member));
                let changed = if on { self.talks.insert(member) } else { self.talks.remove(&member) };
                assert!(changed, "says the same twice");
                let word = if on { "talks" } else { "is-silent" };
                format!("{member} {word}")
            }
            Output::Notice(Notice::Muted { member }) => {
                self.in_the_room(member);
                format!("{member} mute-changed")
            }
            Output::Notice(Notice::Deafened { member }) => {
                self.in_the_room(member);
                format!("{member} deaf-changed")
            }
            Output::Notice(Notice::Hand { member, up }) => {
                self.in_the_room(member);
                format!("{member} hand-{}", if up { "up" } else { "down" })
            }
            Output::Notice(Notice::InLobby { member }) => {
                self.in_the_room(member);
                format!("{member} in-lobby")
            }
            Output::Notice(notice) => format!("{notice:?}").to_lowercase(),
            Output::WakeAt(_) | Output::Idle => unreachable!("the end of a list of outputs"),
        }
    }

    fn obey_call(&mut self, output: Output) -> String {
        match output {
            Output::Dial { invite, number, by } => {
                assert!(self.calls.insert(invite), "one name for two calls");
                let by = by.map_or_else(String::new, |by| format!(" by {by}"));
                format!("dial {} {number}{by}", invite.0)
            }
            Output::HangUp { invite } => {
                assert!(self.calls.remove(&invite), "hangs up what is not called");
                format!("hang-up {}", invite.0)
            }
            other => unreachable!("{other:?}"),
        }
    }

    fn obey_aside(&mut self, output: Output) -> String {
        match output {
            Output::Whisper { member, to: Some(to) } => {
                assert!(self.seated.contains(&member) && self.seated.contains(&to) && member != to);
                self.whispers.insert(member, to);
                format!("{member} whisper {to}")
            }
            Output::Whisper { member, to: None } => {
                assert!(self.whispers.remove(&member).is_some(), "ends no whisper");
                format!("{member} whisper none")
            }
            Output::Pair(one, other) => {
                assert!(self.seated.contains(&one) && self.seated.contains(&other) && one != other);
                let paired: BTreeSet<_> = self.pairs.iter().flat_map(|(one, other)| [*one, *other]).collect();
                assert!(!paired.contains(&one) && !paired.contains(&other), "pairs one twice");
                self.pairs.insert(one, other);
                format!("pair {one} {other}")
            }
            Output::Unpair(one, other) => {
                assert_eq!(self.pairs.remove(&one), Some(other), "unpairs no pair");
                format!("unpair {one} {other}")
            }
            other => unreachable!("{other:?}"),
        }
    }

    fn parting(&self, word: &str, member: MemberId, sounds: &[Sound], result: CallResult) -> String {
        if sounds.is_empty() {
            format!("{member} {word} {result}")
        } else {
            format!("{member} {word} {result} {}", names(sounds))
        }
    }

    fn in_the_room(&self, member: MemberId) {
        assert!(self.inside.contains(&member), "{member} is not in the room");
    }
}
