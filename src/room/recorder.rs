//! When the room is recorded, and who has to know.

use super::{
    Declined, Notice, Output, RecordOrder, Room, WaitForLeader,
    desk::Subject,
    member::Hears,
    sound::{RECORDED, RECORDING_FAILED, RECORDING_PAUSED, RECORDING_RESUMED, RECORDING_STOPPED},
};

/// What a room's recording does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordingState {
    /// There is none.
    #[default]
    Off,
    /// It begins when all have heard that it will.
    Announced,
    /// It goes on.
    On,
    /// It leaves out what is said now.
    Paused,
}

impl Room {
    pub(super) fn record(&mut self, order: RecordOrder) -> Result<(), Declined> {
        use RecordingState::{Announced, Off, On, Paused};
        match (order, self.recording) {
            (RecordOrder::Start, Off) if self.members.is_empty() => return Err(Declined::Nobody),
            (RecordOrder::Start, Off) => self.announce_recording(),
            (RecordOrder::Stop, Announced) => {
                self.recording = Off;
                self.desk.unsay(Subject::Recording);
                self.no_more_warnings();
            }
            (RecordOrder::Stop, On | Paused) => {
                self.recorder(order, Off);
                self.no_more_warnings();
                self.desk.say(Subject::Words, vec![RECORDING_STOPPED]);
            }
            (RecordOrder::Pause, On) => {
                self.recorder(order, Paused);
                self.desk.say(Subject::Words, vec![RECORDING_PAUSED]);
            }
            (RecordOrder::Resume, Paused) => {
                self.recorder(order, On);
                self.desk.say(Subject::Words, vec![RECORDING_RESUMED]);
            }
            (RecordOrder::Start, _) | (RecordOrder::Pause, Paused) | (RecordOrder::Resume, On) => {
                return Err(Declined::Already);
            }
            (RecordOrder::Stop, Off) | (RecordOrder::Pause | RecordOrder::Resume, Off | Announced) => {
                return Err(Declined::Nothing);
            }
        }
        self.recording_decided = true;
        Ok(())
    }

    /// Begins recording if it is to begin by itself, and all is there that is needed.
    pub(super) fn record_by_itself(&mut self) {
        let wanted = self.conference.recording.automatic && !self.recording_decided && self.seats > 1;
        let led = || self.conference.everybody.wait_for_leader == WaitForLeader::No || self.is_led();
        if wanted && led() {
            self.recording_decided = true;
            self.announce_recording();
        }
    }

    fn announce_recording(&mut self) {
        self.recording = RecordingState::Announced;
        for member in &mut self.members {
            member.knows_recorded = false;
        }
        self.desk.say(Subject::Recording, vec![RECORDED]);
    }

    /// All who are seated have heard it.
    pub(super) fn recording_announced(&mut self) {
        if self.recording == RecordingState::Announced {
            self.recorder(RecordOrder::Start, RecordingState::On);
        }
    }

    pub(super) fn recording_failed(&mut self) {
        if matches!(self.recording, RecordingState::On | RecordingState::Paused) {
            self.recording = RecordingState::Off;
            self.no_more_warnings();
            self.outputs.push_back(Output::Notice(Notice::Recording(RecordOrder::Stop)));
            self.desk.say(Subject::Words, vec![RECORDING_FAILED]);
        }
    }

    fn recorder(&mut self, order: RecordOrder, state: RecordingState) {
        self.recording = state;
        self.outputs.push_back(Output::Record(order));
        self.outputs.push_back(Output::Notice(Notice::Recording(order)));
    }

    /// Whether who is seated now has to hear alone that the room is recorded.
    pub(super) fn must_warn(&self) -> bool {
        match self.recording {
            RecordingState::Off => false,
            RecordingState::Announced => self.desk.is_saying(Subject::Recording),
            RecordingState::On | RecordingState::Paused => true,
        }
    }

    /// He has heard it.
    pub(super) fn warned(&mut self, at: usize) {
        let mutes = self.members[at].mutes;
        self.set_mutes(at, super::Mutes { warned: false, ..mutes });
    }

    /// Nothing is recorded, so nobody is kept silent any longer.
    fn no_more_warnings(&mut self) {
        for at in 0..self.members.len() {
            if self.members[at].hears == Hears::Warning {
                let later = std::mem::take(&mut self.members[at].later);
                self.cut_off(at);
                self.play_all(at, later);
            }
            self.warned(at);
        }
    }
}
