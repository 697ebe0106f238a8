//! What is heard by one member alone: prompts and music.

use super::{
    Member, Output, Room, Sound,
    member::Hears,
    sound::{ONLY_PERSON, RECORDED},
    timer::{Timer, playing_limit},
};

impl Room {
    pub(super) fn play(&mut self, at: usize, sound: Sound) {
        self.play_all(at, vec![sound]);
    }

    /// Plays these to him instead of what plays to him, or after the warning that he is recorded.
    pub(super) fn play_all(&mut self, at: usize, sounds: Vec<Sound>) {
        if let Some((of, gathered)) = &mut self.gathered
            && *of == self.members[at].id
        {
            return gathered.extend(sounds);
        }
        let hears = if sounds.contains(&ONLY_PERSON) { Hears::OnlyPerson } else { Hears::Prompt };
        self.start_playing(at, sounds, hears);
    }

    /// The same, until he is seated.
    pub(super) fn play_while_waiting(&mut self, at: usize, sounds: Vec<Sound>) {
        self.start_playing(at, sounds, Hears::Waiting);
    }

    /// The same, but when the room has heard that the conference begins.
    pub(super) fn play_after_begin(&mut self, at: usize, sounds: Vec<Sound>) {
        match self.desk.begins() {
            true if !sounds.is_empty() => self.members[at].later = sounds,
            _ => self.play_all(at, sounds),
        }
    }

    /// Nothing cuts this off, and he is not heard until it has ended.
    pub(super) fn warn_of_recording(&mut self, at: usize) {
        self.members[at].knows_recorded = true;
        self.start_playing(at, vec![RECORDED], Hears::Warning);
    }

    fn start_playing(&mut self, at: usize, sounds: Vec<Sound>, hears: Hears) {
        let member = &mut self.members[at];
        if sounds.is_empty() || member.away {
            return;
        }
        if member.hears == Hears::Warning {
            member.later = sounds;
            return;
        }
        member.later.clear();
        member.hears = hears;
        member.plays = member.plays.wrapping_add(1);
        member.timers.set(Timer::Prompt, self.now + playing_limit(&sounds));
        member.timers.stop(Timer::Menu);
        let member = member.id;
        self.set_music(at, false);
        self.outputs.push_back(Output::Play { member, sounds });
    }

    pub(super) fn stop_playing(&mut self, at: usize) {
        let member = &mut self.members[at];
        member.later.clear();
        if !matches!(member.hears, Hears::Nothing | Hears::Warning) {
            self.cut_off(at);
        }
    }

    /// Also a warning: it is needless now, or his call goes to the dial plan.
    pub(super) fn cut_off(&mut self, at: usize) {
        let member = &mut self.members[at];
        member.later.clear();
        if member.hears != Hears::Nothing {
            member.hears = Hears::Nothing;
            member.timers.stop(Timer::Prompt);
            self.outputs.push_back(Output::StopPlaying { member: member.id });
        }
    }

    pub(super) fn played(&mut self, at: usize) {
        let member = &mut self.members[at];
        let heard = std::mem::replace(&mut member.hears, Hears::Nothing);
        if heard == Hears::Nothing {
            return;
        }
        member.timers.stop(Timer::Prompt);
        if heard == Hears::Warning {
            self.warned(at);
        }
        self.play_what_waited(at);
        self.await_menu(at);
        self.await_number(at);
    }

    /// What was to be heard after what has ended now.
    pub(super) fn play_what_waited(&mut self, at: usize) {
        let member = &mut self.members[at];
        if member.hears == Hears::Nothing && !member.later.is_empty() {
            let sounds = std::mem::take(&mut member.later);
            self.play_all(at, sounds);
        }
    }

    /// Before a second member is seated: what told the first that he is alone goes.
    pub(super) fn no_longer_alone(&mut self) {
        if self.seats != 1 {
            return;
        }
        let Some(at) = self.members.iter().position(Member::seated) else { return };
        self.set_music(at, false);
        if self.members[at].hears == Hears::OnlyPerson {
            self.stop_playing(at);
        }
        self.members[at].later.retain(|sound| *sound != ONLY_PERSON);
    }

    /// Music for whoever waits or is alone, and hears nothing else.
    pub(super) fn settle_music(&mut self) {
        let alone = self.seats == 1 && !self.desk.is_playing();
        for at in 0..self.members.len() {
            let member = &self.members[at];
            let silent = member.hears == Hears::Nothing && !member.away && (alone || !member.seated);
            self.set_music(at, silent && member.manner.music.is_some());
        }
    }

    pub(super) fn set_music(&mut self, at: usize, on: bool) {
        let member = &mut self.members[at];
        if member.music != on {
            member.music = on;
            self.outputs.push_back(Output::Music { member: member.id, on });
        }
    }
}
