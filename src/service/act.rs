//! What a room wants done, one thing after the other.

use std::time::Duration;

use super::calls::End;
use super::happenings::Present;
use super::talks::Talks;
use super::{CallId, Host, Outcome, Service};
use crate::audio::Decibels;
use crate::engine::{LegId, Place, RoomSound, Target, Voice};
use crate::room::{self, CallResult, DialplanPlace, MemberId, Mix, Output, RoomNumber, Sound, Then};

impl<H: Host> Service<H> {
    pub(super) fn do_for_room(&mut self, now: Duration, number: &RoomNumber, output: Output) {
        match output {
            Output::Welcome { member, place } => self.welcome(now, number, member, place),
            Output::Seat { member } => self.seat(number, member),
            Output::Unseat { member } => self.unseat(number, member),
            Output::Refuse { member, sounds, result } => {
                self.happened_at_door(now, CallId(member.0), "Refused", result);
                self.say_goodbye(now, CallId(member.0), sounds, End::back(result));
            }
            Output::Release { member, sounds, result, then } => {
                self.release(now, number, member, sounds, result, then);
            }
            Output::Play { member, sounds } => self.play(CallId(member.0), sounds),
            Output::PlayRoom { sounds, except } => self.announce(now, number, sounds, except),
            Output::StopPlaying { member } => self.stop_playing(CallId(member.0)),
            Output::Music { member, on } => self.music_for(number, member, on),
            Output::TalkingAllowed { member, allowed } => {
                if let Some(call) = self.calls.get_mut(&CallId(member.0)) {
                    call.may_talk = allowed;
                }
                self.allow_talking(CallId(member.0));
            }
            Output::HearingAllowed { member, allowed } => {
                if let Some(call) = self.calls.get_mut(&CallId(member.0)) {
                    call.may_hear = allowed;
                    self.engine.set_hearing_allowed(call.leg, allowed);
                }
            }
            Output::TalkGain { member, volume } => {
                if let Some(leg) = self.leg(member) {
                    self.engine.set_talk_gain(leg, Decibels(volume.decibels().into()));
                }
            }
            Output::Voice { member, level, denoise } => {
                if let Some(leg) = self.leg(member) {
                    self.engine.set_voice(leg, Voice { level, denoise });
                }
            }
            Output::Mix(mix) => {
                if let Some(open) = self.rooms.get(number) {
                    let most_talkers = mix.most_talkers.min(Mix::MOST_TALKERS) as u8;
                    let comfort_noise = mix.comfort_noise.map(|level| Decibels(level.into()));
                    self.engine.set_room_sound(open.id, RoomSound { most_talkers, comfort_noise });
                }
            }
            Output::ListenGain { member, volume } => {
                if let Some(leg) = self.leg(member) {
                    self.engine.set_listen_gain(leg, Decibels(volume.decibels().into()));
                }
            }
            Output::Whisper { member, to } => self.whisper(now, number, member, to),
            Output::Pair(one, other) => self.pair(now, number, one, other),
            Output::Unpair(one, other) => self.unpair(number, one, other),
            Output::Answer { member } => {
                self.answer(CallId(member.0));
            }
            Output::SendDigit { member, digit } => {
                if let Some(leg) = self.leg(member) {
                    self.host.send_digit(CallId(member.0), leg, digit);
                }
            }
            Output::RunDialplan { member, place } => self.run_dialplan(now, number, member, &place),
            Output::Record(order) => self.record(now, number, order),
            Output::Dial { invite, number: called, by } => self.dial(now, number, Some(invite), called, by),
            Output::HangUp { invite } => self.hang_up(now, number, invite),
            Output::Opened => {
                log::info!("room {number} opened");
                self.happened_in(now, number, "Opened");
            }
            Output::Ended => {
                log::info!("room {number} ended");
                self.happened_in(now, number, "Ended");
                self.close_room(now, number);
            }
            Output::Declined(why) => self.declined = Some(why),
            Output::Notice(notice) => self.notice(now, number, notice),
            Output::WakeAt(_) | Output::Idle => {}
        }
    }

    fn leg(&self, member: MemberId) -> Option<LegId> {
        self.calls.get(&CallId(member.0)).map(|call| call.leg)
    }

    fn welcome(&mut self, now: Duration, number: &RoomNumber, member: MemberId, place: u32) {
        let id = CallId(member.0);
        let (Some(open), Some(call)) = (self.rooms.get_mut(number), self.calls.get(&id)) else { return };
        if let Some(name) = &call.name {
            open.names.keep(member, name.clone());
        }
        let (channel, caller, role) = (call.channel.clone(), call.caller.clone(), call.role);
        self.host.joined(id, call.leg, number, role);
        let talks = Talks::default();
        open.present.insert(id, Present { number: place, channel, caller, role, since: now, talks });
        self.visit_begins(now, id);
        self.happened_to(now, number, member, "Joined");
        self.page(now, number, member);
    }

    fn seat(&mut self, number: &RoomNumber, member: MemberId) {
        if let Some(open) = self.rooms.get_mut(number) {
            open.seated.insert(CallId(member.0));
            if let (Some(member), Some(call)) = (open.room.member(member), self.calls.get(&CallId(member.0))) {
                self.engine.set_place(call.leg, Place::from_percent(member.chair().percent()));
                self.engine.set_places_heard(call.leg, member.manner().stereo);
            }
            self.settle_seat(number, member);
            self.start_track(number, CallId(member.0));
        }
    }

    fn unseat(&mut self, number: &RoomNumber, member: MemberId) {
        let id = CallId(member.0);
        self.stop_track(number, id);
        if let Some(open) = self.rooms.get_mut(number) {
            open.seated.remove(&id);
        }
        if let Some(call) = self.calls.get(&id) {
            // What is announced to the room is not for those who wait.
            self.engine.stop(Target::Announce(call.leg));
            self.engine.unseat(call.leg);
        }
    }

    fn release(
        &mut self,
        now: Duration,
        number: &RoomNumber,
        member: MemberId,
        sounds: Vec<Sound>,
        result: CallResult,
        then: Then,
    ) {
        let id = CallId(member.0);
        self.stop_track(number, id);
        if let (Then::ToRoom, Some(target)) = (&then, self.moves.get(&id))
            && let Some(moved) = self.of_member(number, member, "Moved")
        {
            let moved = moved.with("To", target);
            self.happened(now, moved);
        }
        if let Some(open) = self.rooms.get_mut(number) {
            open.seated.remove(&id);
            open.names.has_left(member);
            open.speakers.leaves(id);
            if let Some(present) = open.present.remove(&id) {
                self.happened_last(now, number, &present, result);
                self.visit_ends(now, id, &present, result);
            }
            self.end_asides(number, member);
            self.stop_paging(now, number, member);
        }
        let end = match then {
            Then::GoOn => End::back(result),
            Then::Goto(place) => End::Back(Outcome { result, goto: Some(place) }),
            Then::ToRoom => match self.moves.remove(&id) {
                Some(target) => End::ToRoom(target),
                None => End::back(result),
            },
        };
        self.say_goodbye(now, id, sounds, end);
    }

    fn music_for(&mut self, number: &RoomNumber, member: MemberId, on: bool) {
        let open = self.rooms.get(number).filter(|_| on);
        let music = open.and_then(|open| open.room.member(member)).and_then(|member| member.manner().music.clone());
        self.set_music(CallId(member.0), music);
    }

    fn run_dialplan(&mut self, now: Duration, number: &RoomNumber, member: MemberId, place: &DialplanPlace) {
        let id = CallId(member.0);
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.lent = self.host.lend(id, call.leg, place);
        if !call.lent {
            self.tell_room(now, number, room::Input::Back { member });
        }
    }
}
