//! What is announced to the room: one thing at a time, and in few words when many come or go at once.

use super::{
    Arrivals, Member, MemberId, Output, Phrase, Room, Sound,
    sound::{HAS_JOINED, HAS_LEFT, SOMEBODY_JOINED, SOMEBODY_LEFT},
    timer::{Timer, playing_limit},
};
use std::collections::VecDeque;

/// What is still to be announced.
#[derive(Debug, Default)]
pub(super) struct Desk {
    playing: Option<Subject>,
    /// How often something was played to the room.
    pub(super) plays: u32,
    words: VecDeque<(Subject, Vec<Sound>)>,
    /// Who came and has not been announced.
    pub(super) joined: Vec<Told>,
    /// Who was announced, is gone, and this was not announced.
    pub(super) left: Vec<Told>,
    /// How many are there is to be announced.
    pub(super) count: bool,
}

/// What an announcement is about, if its end matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// Anything.
    Words,
    /// That the conference begins.
    Begin,
    /// That it is recorded from now on.
    Recording,
}

/// Somebody whose coming or going is told.
#[derive(Debug)]
pub(super) struct Told {
    member: MemberId,
    how: How,
    /// Whether he hears it himself.
    hears: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Tone,
    Words,
    Name,
}

impl Told {
    pub(super) fn of(member: &Member) -> Option<Self> {
        let how = match member.manner.arrivals {
            Arrivals::Nothing => return None,
            Arrivals::Tones => How::Tone,
            Arrivals::Words => How::Words,
            Arrivals::Names { .. } => How::Name,
        };
        Some(Self { member: member.id, how, hears: member.manner.hear_own_arrival })
    }
}

/// One announcement.
struct Said {
    subject: Subject,
    sounds: Vec<Sound>,
    except: Option<MemberId>,
    /// It is for the others than this one.
    about: Option<MemberId>,
}

impl Desk {
    pub(super) fn say(&mut self, subject: Subject, sounds: Vec<Sound>) {
        self.words.push_back((subject, sounds));
    }

    /// Takes back what has not begun to be said about this; nothing comes of what is being said of it.
    pub(super) fn unsay(&mut self, subject: Subject) {
        self.words.retain(|(about, _)| *about != subject);
        if self.is_saying(subject) {
            self.playing = Some(Subject::Words);
        }
    }

    /// Whether this plays now.
    pub(super) fn is_saying(&self, subject: Subject) -> bool {
        self.playing == Some(subject)
    }

    /// Whether anything plays now.
    pub(super) const fn is_playing(&self) -> bool {
        self.playing.is_some()
    }

    /// Whether it is being said, or about to be, that the conference begins.
    pub(super) fn begins(&self) -> bool {
        self.is_saying(Subject::Begin) || self.words.iter().any(|(subject, _)| *subject == Subject::Begin)
    }

    /// This member hears other words while his coming is told, so he need not hear that; a tone does no harm.
    pub(super) fn spare(&mut self, member: MemberId) {
        if let Some(told) = self.joined.last_mut().filter(|told| told.member == member && told.how != How::Tone) {
            told.hears = false;
        }
    }

    /// He left: if his coming was not told yet, neither that nor his going is.
    pub(super) fn forget(&mut self, member: MemberId) -> bool {
        let before = self.joined.len();
        self.joined.retain(|told| told.member != member);
        self.joined.len() != before
    }

    /// The next announcement when so many are seated.
    fn next(&mut self, seats: usize) -> Option<Said> {
        if let Some((subject, sounds)) = self.words.pop_front() {
            return Some(Said { subject, sounds, except: None, about: None });
        }
        next_of(&mut self.joined, Sound::JoinTone, SOMEBODY_JOINED, HAS_JOINED, Phrase::HaveJoined)
            .or_else(|| {
                let said = next_of(&mut self.left, Sound::LeaveTone, SOMEBODY_LEFT, HAS_LEFT, Phrase::HaveLeft);
                said.map(|said| Said { except: None, about: None, ..said })
            })
            .or_else(|| {
                let count = std::mem::take(&mut self.count).then_some(Sound::Phrase(Phrase::Present(seats as u32)))?;
                Some(Said { subject: Subject::Words, sounds: vec![count], except: None, about: None })
            })
    }
}

/// One tone for all who have tones; one sentence for one, or two with names; a number for more.
fn next_of(
    told: &mut Vec<Told>,
    tone: Sound,
    somebody: Sound,
    after_name: Sound,
    many: fn(u32) -> Phrase,
) -> Option<Said> {
    let (these, sounds): (Vec<_>, _) = if told.iter().any(|told| told.how == How::Tone) {
        (told.extract_if(.., |told| told.how == How::Tone).collect(), vec![tone])
    } else if told.len() > 2 || told.iter().any(|told| told.how == How::Words) && told.len() > 1 {
        let count = told.len() as u32;
        (std::mem::take(told), vec![Sound::Phrase(many(count))])
    } else if let Some(first) = told.first() {
        let sounds = if first.how == How::Name { vec![Sound::Name(first.member), after_name] } else { vec![somebody] };
        (told.drain(..1).collect(), sounds)
    } else {
        return None;
    };
    let about = if let [one] = &these[..] { Some(one) } else { None };
    let except = about.filter(|one| !one.hears).map(|one| one.member);
    Some(Said { subject: Subject::Words, sounds, except, about: about.map(|one| one.member) })
}

impl Room {
    /// Begins the next announcement if none plays.
    pub(super) fn speak_next(&mut self) {
        while !self.desk.is_playing() {
            let Some(said) = self.desk.next(self.seats) else { return };
            let is_seated = |id: &MemberId| self.member(*id).is_some_and(Member::seated);
            let except = said.except.filter(is_seated);
            let others = self.seats - usize::from(said.about.is_some_and(|id| is_seated(&id)));
            if others == 0 {
                // There is nobody to be told.
                self.said(said.subject);
                continue;
            }
            self.desk.playing = Some(said.subject);
            self.desk.plays = self.desk.plays.wrapping_add(1);
            self.timers.set(Timer::RoomPrompt, self.now + playing_limit(&said.sounds));
            if said.subject == Subject::Recording {
                self.members.iter_mut().for_each(|member| member.knows_recorded |= member.seated);
            }
            self.settle_music();
            self.outputs.push_back(Output::PlayRoom { sounds: said.sounds, except });
        }
    }

    pub(super) fn room_played(&mut self) {
        self.timers.stop(Timer::RoomPrompt);
        if let Some(subject) = self.desk.playing.take() {
            self.said(subject);
        }
    }

    fn said(&mut self, subject: Subject) {
        match subject {
            Subject::Words => {}
            Subject::Begin => {
                for at in 0..self.members.len() {
                    self.play_what_waited(at);
                }
            }
            Subject::Recording => self.recording_announced(),
        }
    }
}
