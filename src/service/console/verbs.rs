//! The one table of what can be typed: how it is read, helped with and completed.

use super::{Command, Deed, Forgiven, Members, Show, WordsError};
use crate::room::{Mix, Phrase, RecordOrder, RoomNumber, Volume};
use crate::service::settings::nearest;
use crate::service::{Picture, RoomPicture};
use crate::text::meaning;

/// Something that can be typed.
pub struct Verb {
    /// Its word, or words.
    pub name: &'static str,
    /// What follows, in this order.
    pub words: &'static [Word],
    /// How many of them have to be there.
    pub needed: usize,
    /// What it does, in a line.
    pub help: &'static str,
    make: fn(&Words<'_>) -> Result<Command, WordsError>,
}

/// What can stand in one place of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// A room in progress.
    Room,
    /// A room that is set up, in progress or not.
    Conference,
    /// A member.
    Member,
    /// A member, or all.
    Members,
    /// A member, or `off`.
    MemberOrOff,
    /// A menu's name.
    Menu,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Something that only who types it knows; what it is called.
    Free(&'static str),
}

impl Word {
    /// How it is written.
    pub fn form(self) -> String {
        match self {
            Word::Room | Word::Conference => "ROOM".into(),
            Word::Member => "MEMBER".into(),
            Word::Members => "MEMBER|all".into(),
            Word::MemberOrOff => "MEMBER|off".into(),
            Word::Menu => "MENU".into(),
            Word::OneOf(words) => words.join("|"),
            Word::Free(name) => name.into(),
        }
    }
}

impl Verb {
    /// How it is written: `kick ROOM MEMBER|all`.
    pub fn usage(&self) -> String {
        let word = |(place, word): (usize, &Word)| {
            let form = word.form();
            if place < self.needed { format!(" {form}") } else { format!(" [{form}]") }
        };
        let words: String = self.words.iter().enumerate().map(word).collect();
        format!("{}{words}", self.name)
    }

    /// What it is with these words, one for each of its places.
    ///
    /// # Errors
    ///
    /// If there are too few or too many, or one cannot be.
    pub fn command(&self, words: &[String]) -> Result<Command, WordsError> {
        if !(self.needed..=self.words.len()).contains(&words.len()) {
            return Err(WordsError::WordCount(self.name));
        }
        (self.make)(&Words { verb: self.name, words: words.iter().map(String::as_str).collect() })
    }

    /// The words for its places: the name of a call may have spaces in it, and then takes more than one.
    fn fit(&self, words: &[&str]) -> Vec<String> {
        let is_member = |word: &Word| matches!(word, Word::Member | Word::Members);
        let places = match self.words.split_last() {
            Some((Word::OneOf(known), before)) if self.needed <= before.len() => {
                let said = words.last().is_some_and(|word| known.contains(word));
                if said { self.words.len() } else { before.len() }
            }
            _ => self.words.len(),
        };
        let only = self.words.iter().filter(|word| is_member(word)).count() == 1;
        let mut fitting: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        if let Some(member) = self.words.iter().position(is_member)
            && only
            && words.len() > places
        {
            let end = member + words.len() - places;
            fitting.splice(member..=end, [words[member..=end].join(" ")]);
        }
        fitting
    }

    /// What can stand in place of the word that comes after `before`, which are the words after the verb's own. Not
    /// yet sifted by what was begun to type.
    pub fn complete(&self, before: &[&str], picture: &Picture) -> Vec<String> {
        let Some(word) = self.words.get(before.len()) else { return Vec::new() };
        let members = |more: &[&str]| {
            let room = before.first().and_then(|room| picture.rooms.get(*room));
            room.map(|room| members(room, more)).unwrap_or_default()
        };
        match word {
            Word::Room => picture.rooms.keys().map(ToString::to_string).collect(),
            Word::Conference => {
                let settings = &picture.settings;
                let set_up = settings.conferences.keys().chain(settings.doorways.keys());
                let mut all: Vec<String> = set_up.chain(picture.rooms.keys()).map(ToString::to_string).collect();
                all.sort_unstable();
                all.dedup();
                all
            }
            Word::Member => members(&[]),
            Word::Members => members(&["all"]),
            Word::MemberOrOff => members(&["off"]),
            Word::Menu => {
                let mut menus: Vec<String> = picture.settings.menus.keys().cloned().collect();
                menus.sort_unstable();
                menus
            }
            Word::OneOf(words) => words.iter().map(|word| (*word).to_owned()).collect(),
            Word::Free(_) => Vec::new(),
        }
    }
}

fn members(room: &RoomPicture, more: &[&str]) -> Vec<String> {
    let numbers = room.members.iter().map(|member| member.number.to_string());
    let channels = room.members.iter().map(|member| member.channel.to_string());
    numbers.chain(channels).chain(more.iter().map(|word| (*word).to_owned())).collect()
}

/// The words after a verb; there are as many as it needs.
pub(super) struct Words<'a> {
    verb: &'static str,
    words: Vec<&'a str>,
}

impl<'a> Words<'a> {
    fn get(&self, place: usize) -> Option<&'a str> {
        self.words.get(place).copied()
    }

    fn word(&self, place: usize) -> &'a str {
        self.get(place).unwrap_or_default()
    }

    fn owned(&self, place: usize) -> Option<String> {
        self.get(place).map(str::to_owned)
    }

    fn room(&self, place: usize) -> Result<RoomNumber, WordsError> {
        RoomNumber::parse(self.word(place)).map_err(WordsError::Room)
    }

    fn members(&self, place: usize) -> Members {
        Members::from(self.word(place))
    }

    fn wrong<T>(&self, place: usize, wanted: impl Into<String>) -> Result<T, WordsError> {
        let word = self.word(place).to_owned();
        Err(WordsError::Word { word, wanted: wanted.into(), verb: self.verb })
    }

    fn one_of<T: Copy>(&self, place: usize, words: &[(&str, T)]) -> Result<T, WordsError> {
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        meaning(words, self.word(place)).map_or_else(|| self.wrong(place, format!("one of {}", all.join(", "))), Ok)
    }

    fn volume(&self, place: usize) -> Result<Volume, WordsError> {
        let decibels = self.word(place).trim_start_matches('+').parse().ok();
        let volume = decibels.and_then(Volume::from_decibels);
        volume.map_or_else(|| self.wrong(place, "a volume in dB in steps of 3 from -12 to 12"), Ok)
    }

    fn on_off(&self, place: usize) -> Result<bool, WordsError> {
        self.one_of(place, &[("on", true), ("off", false)])
    }

    fn talkers(&self, place: usize) -> Result<u32, WordsError> {
        let most = self.word(place).parse().ok().filter(|most| *most <= Mix::MOST_TALKERS);
        most.map_or_else(|| self.wrong(place, "a number from 0 to 16"), Ok)
    }

    fn noise(&self, place: usize) -> Result<Option<i8>, WordsError> {
        if self.word(place) == "off" {
            return Ok(None);
        }
        let (least, most) = Mix::NOISE;
        let level = self.word(place).parse().ok().filter(|level| (least..=most).contains(level));
        level.map_or_else(|| self.wrong(place, "a level in dB from -80 to -40, or off"), |level| Ok(Some(level)))
    }

    /// What can be dialled.
    fn number(&self, place: usize) -> Result<String, WordsError> {
        let number = self.word(place);
        if number.chars().all(|c| c.is_ascii_alphanumeric() || "+*#_-.".contains(c)) {
            Ok(number.to_owned())
        } else {
            self.wrong(place, "a number that can be dialled")
        }
    }

    fn deed(&self, deed: Deed) -> Result<Command, WordsError> {
        Ok(Command::In(self.room(0)?, deed))
    }
}

pub(super) fn read(words: &str) -> Result<Command, WordsError> {
    let words: Vec<&str> = words.split_whitespace().collect();
    let begins = |verb: &Verb| verb.name.split(' ').zip(words.iter().chain([&""; 2])).all(|(own, word)| own == *word);
    let Some(verb) = VERBS.iter().find(|verb| begins(verb)) else {
        let typed = if ["show", "web"].iter().any(|first| words.first() == Some(first)) {
            words.get(..2)
        } else {
            words.get(..1)
        };
        let typed = typed.map(|words| words.join(" ")).unwrap_or_default();
        return Err(WordsError::Unknown(nearest(&typed, VERBS.iter().map(|verb| verb.name))));
    };
    verb.command(&verb.fit(&words[verb.name.split(' ').count()..]))
}

pub(super) fn usage_of(name: &str) -> String {
    VERBS.iter().find(|verb| verb.name == name).map(Verb::usage).unwrap_or_default()
}

const fn verb(
    name: &'static str,
    words: &'static [Word],
    needed: usize,
    help: &'static str,
    make: fn(&Words<'_>) -> Result<Command, WordsError>,
) -> Verb {
    Verb { name, words, needed, help, make }
}

use Word::{Conference, Free, Member, MemberOrOff, Menu, OneOf, Room};

const ON_OFF: Word = OneOf(&["on", "off"]);
const ROOM: &[Word] = &[Room];
const ROOM_MEMBER: &[Word] = &[Room, Member];
const ROOM_MEMBERS: &[Word] = &[Room, Word::Members];

/// Everything that can be typed.
#[rustfmt::skip]
pub static VERBS: &[Verb] = &[
    verb("show rooms", &[], 0, "Lists the rooms in progress", |_| Ok(Command::Show(Show::Rooms))),
    verb("show room", ROOM, 1, "Lists the members of a room, and who talks",
        |words| Ok(Command::Show(Show::Room(words.room(0)?)))),
    verb("show conference", &[Conference], 1, "Shows how a room is set up, without PINs and codes",
        |words| Ok(Command::Show(Show::Conference(words.room(0)?)))),
    verb("show profiles", &[], 0, "Lists the profiles of conclave.conf",
        |_| Ok(Command::Show(Show::Profiles))),
    verb("show menus", &[Menu], 0, "Lists the menus of conclave.conf, or the keys of one",
        |words| Ok(Command::Show(Show::Menus(words.owned(0))))),
    verb("show lockouts", &[], 0, "Lists who has tried too many codes and is not listened to",
        |_| Ok(Command::Show(Show::Lockouts))),
    verb("show directory", &[], 0, "Shows whether the database can be reached, and what waits for it",
        |_| Ok(Command::Show(Show::Directory))),
    verb("show stats", &[], 0, "Shows the media workers: calls, ticks late, slow calls, frames concealed",
        |_| Ok(Command::Show(Show::Stats))),
    verb("show web", &[], 0, "Shows where the page is, and while there is no account the link that makes the first one",
        |_| Ok(Command::Show(Show::Web))),

    verb("kick", ROOM_MEMBERS, 2, "Takes a member out of a room; all: ends the conference",
        |words| words.deed(Deed::Kick(words.members(1)))),
    verb("mute", &[Room, Word::Members, OneOf(&["leaders"])], 2,
        "Mutes a member, who cannot lift it himself; all: also who comes later, leaders only if said so",
        |words| mute(words, true)),
    verb("unmute", ROOM_MEMBERS, 2, "Lets a muted member talk again; all: everybody", |words| mute(words, false)),
    verb("deafen", ROOM_MEMBERS, 2, "Lets a member hear nothing of the room",
        |words| words.deed(Deed::Deafen(words.members(1), true))),
    verb("undeafen", ROOM_MEMBERS, 2, "Lets a deafened member hear again",
        |words| words.deed(Deed::Deafen(words.members(1), false))),
    verb("volume", &[Room, Word::Members, OneOf(&["talk", "listen"]), Free("DECIBELS")], 4,
        "How loud a member is for the others (talk), or they are for him (listen): -12 to 12 in steps of 3",
        |words| {
            let (members, volume) = (words.members(1), words.volume(3)?);
            let talk = words.one_of(2, &[("talk", true), ("listen", false)])?;
            words.deed(if talk { Deed::TalkVolume(members, volume) } else { Deed::ListenVolume(members, volume) })
        }),
    verb("level", &[Room, Word::Members, ON_OFF], 3, "Brings a member to the loudness of all, whether he whispers or shouts",
        |words| words.deed(Deed::Level(words.members(1), words.on_off(2)?))),
    verb("denoise", &[Room, Word::Members, ON_OFF], 3, "Takes away the noise behind a member",
        |words| words.deed(Deed::Denoise(words.members(1), words.on_off(2)?))),
    verb("talkers", &[Room, Free("N")], 2, "How many who talk at once are heard, the loudest: 1 to 16, or 0 for all",
        |words| words.deed(Deed::MostTalkers(words.talkers(1)?))),
    verb("noise", &[Room, Free("DECIBELS|off")], 2, "Comfort noise under everything, against full scale: -80 to -40, or off",
        |words| words.deed(Deed::ComfortNoise(words.noise(1)?))),
    verb("lock", ROOM, 1, "Lets nobody but leaders in", |words| words.deed(Deed::Lock(true))),
    verb("unlock", ROOM, 1, "Opens a locked room again", |words| words.deed(Deed::Lock(false))),
    verb("admit", ROOM_MEMBERS, 2, "Lets in who waits in the lobby",
        |words| words.deed(Deed::Admit(words.members(1)))),
    verb("reject", ROOM_MEMBERS, 2, "Turns away who waits in the lobby",
        |words| words.deed(Deed::Reject(words.members(1)))),
    verb("floor", ROOM_MEMBER, 1, "Lets a muted member talk: this one, or the first who raised his hand",
        |words| words.deed(Deed::Floor(words.owned(1)))),
    verb("hand", &[Room, Word::Members, OneOf(&["up", "down"])], 3, "Raises or lowers a member's hand",
        |words| words.deed(Deed::Hand(words.members(1), words.one_of(2, &[("up", true), ("down", false)])?))),
    verb("extend", ROOM, 1, "Lets a conference that ends at some time last longer",
        |words| words.deed(Deed::Extend)),
    verb("record", &[Room, OneOf(&["start", "stop", "pause", "resume"])], 2, "Records a room",
        |words| words.deed(Deed::Record(words.one_of(1, &[
            ("start", RecordOrder::Start), ("stop", RecordOrder::Stop),
            ("pause", RecordOrder::Pause), ("resume", RecordOrder::Resume),
        ])?))),
    verb("invite", &[Room, Free("NUMBER")], 2, "Calls somebody into a room, by its invite_context",
        |words| words.deed(Deed::Invite(words.number(1)?))),
    verb("cancel", ROOM, 1, "Gives up the last invitation", |words| words.deed(Deed::CancelInvite)),
    verb("play", &[Room, Free("SOUND[&SOUND]"), Member], 2, "Plays sound files to a room, or to one member",
        |words| {
            let files: Vec<_> = words.word(1).split('&').filter(|file| !file.is_empty()).map(Into::into).collect();
            if files.is_empty() {
                return words.wrong(1, "the name of a sound file");
            }
            words.deed(Deed::Play(files, words.owned(2)))
        }),
    verb("say", &[Room, OneOf(&["digits", "number"]), Free("N"), Member], 3,
        "Says digits or a number to a room, or to one member",
        |words| {
            let number = words.word(2);
            let phrase = if words.one_of(1, &[("digits", true), ("number", false)])? {
                if number.len() > 64 || !number.chars().all(|c| c.is_ascii_digit() || "*#".contains(c)) {
                    return words.wrong(2, "up to 64 digits, * or #");
                }
                Phrase::Digits(number.to_owned())
            } else {
                let wrong = || words.wrong(2, "a number below 1000000000");
                Phrase::Number(number.parse().ok().filter(|n| *n < 1_000_000_000).map_or_else(wrong, Ok)?)
            };
            words.deed(Deed::Say(phrase, words.owned(3)))
        }),
    verb("whisper", &[Room, Member, MemberOrOff], 3, "Lets the second member hear the first, and nobody else",
        |words| words.deed(Deed::Whisper(words.word(1).into(), words.owned(2).filter(|word| word != "off")))),
    verb("pair", &[Room, Member, Member], 3, "Lets two members hear only each other",
        |words| words.deed(Deed::Pair(words.word(1).into(), words.word(2).into()))),
    verb("unpair", ROOM_MEMBER, 2, "Lets both of a pair hear everybody again", |words| words.deed(Deed::Unpair(words.word(1).into()))),
    verb("move", &[Room, Word::Members, Conference], 3, "Sends a member to another room, without its PIN",
        |words| words.deed(Deed::Move(words.members(1), words.room(2)?))),
    verb("end", ROOM, 1, "Ends the conference for everybody", |words| words.deed(Deed::End)),
    verb("web link", &[Free("LOGIN")], 1, "Makes a link by which an account of the page gets a new password",
        |words| Ok(Command::WebLink(words.word(0).to_owned()))),
    verb("forgive", &[Free("WHO|all"), Free("NAME")], 1, "Lifts a lock-out: of a caller, a room or a number as 'show lockouts' lists it",
        |words| Ok(Command::Forgive(match (words.word(0), words.get(1)) {
            ("all", None) => Forgiven::All,
            (who, None) => Forgiven::One(who.to_owned()),
            (what, Some(name)) => Forgiven::One(format!("{what} {name}")),
        }))),
];

fn mute(words: &Words<'_>, on: bool) -> Result<Command, WordsError> {
    let members = words.members(1);
    let leaders = match words.get(2) {
        None => !on,
        Some("leaders") if members == Members::All => true,
        Some("leaders") => return words.wrong(1, "'all', as it must be before 'leaders'"),
        Some(_) => return words.wrong(2, "'leaders'"),
    };
    words.deed(Deed::Mute { members, leaders, on })
}
