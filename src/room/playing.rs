//! What is heard in a room beside the members: prompts, tones, music.

use super::{
    Manner, Output, PROMPT_LIMIT, Room, Sound,
    member::Hears,
    sound::ONLY_PERSON,
    timer::Timer,
};

impl Room {
    /// Tells the room of somebody's coming or going, if there is anybody to tell.
    pub(super) fn tone(&mut self, tone: Sound, of: &Manner) {
        let others = match tone {
            Sound::JoinTone => self.members.len() > 1,
            _ => !self.members.is_empty(),
        };
        if others && !of.quiet {
            self.outputs.push_back(Output::PlayRoom { sounds: vec![tone], except: None });
        }
    }

    pub(super) fn play(&mut self, at: usize, sound: Sound) {
        self.play_all(at, vec![sound]);
    }

    pub(super) fn play_all(&mut self, at: usize, sounds: Vec<Sound>) {
        if let Some((of, gathered)) = &mut self.gathered
            && *of == self.members[at].id
        {
            return gathered.extend(sounds);
        }
        let member = &mut self.members[at];
        member.hears = if sounds.contains(&ONLY_PERSON) { Hears::OnlyPerson } else { Hears::Prompt };
        member.timers.set(Timer::Prompt, self.now + PROMPT_LIMIT);
        member.timers.stop(Timer::Menu);
        let member = member.id;
        self.settle_music();
        self.outputs.push_back(Output::Play { member, sounds });
    }

    pub(super) fn stop_playing(&mut self, at: usize) {
        let member = &mut self.members[at];
        if member.hears != Hears::Nothing {
            member.hears = Hears::Nothing;
            member.timers.stop(Timer::Prompt);
            self.outputs.push_back(Output::StopPlaying { member: member.id });
        }
    }

    pub(super) fn played(&mut self, at: usize) {
        let member = &mut self.members[at];
        if member.hears == Hears::Nothing {
            return;
        }
        member.hears = Hears::Nothing;
        member.timers.stop(Timer::Prompt);
        self.await_menu(at);
    }

    /// Before a second member is seated: what told the first that he is alone goes.
    pub(super) fn no_longer_alone(&mut self) {
        let [member] = &mut self.members[..] else {
            return;
        };
        if std::mem::take(&mut member.music) {
            self.outputs.push_back(Output::Music { member: member.id, on: false });
        }
        if member.hears == Hears::OnlyPerson {
            self.stop_playing(0);
        }
    }

    /// Music for one who is alone and hears nothing else.
    pub(super) fn settle_music(&mut self) {
        let alone = self.members.len() == 1;
        for member in &mut self.members {
            let music = alone && member.manner.music.is_some() && member.hears == Hears::Nothing;
            if member.music != music {
                member.music = music;
                self.outputs.push_back(Output::Music { member: member.id, on: music });
            }
        }
    }
}
