//! The one table of what can be set: the parser, its error texts, the sample file and the documentation follow it.

use std::time::Duration;

use super::Where;
use super::key::{Group, Key, Read};
use crate::room::{Answering, Arrivals, EndWithLeader, Mix, Music, Role, WaitForLeader, WhoInvites};

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(86_400);
const MONTH: Duration = Duration::from_secs(31 * 86_400);

/// Everything that can be set, but for `sound_NAME`, of which there is one for each of
/// [`SOUNDS`](super::sounds::SOUNDS), and for the key sequences of menus.
#[rustfmt::skip]
pub static KEYS: &[Key] = &[
    key("workers", Group::Module, "2", Read::General(|settings, value| {
        settings.workers = Some(value.number(1, MOST_WORKERS)? as usize);
        Ok(())
    }), "media threads; one for each processor core if not set"),
    key("on_demand", Group::Module, "no", Read::General(|settings, value| {
        settings.on_demand = value.yes_or_no()?;
        Ok(())
    }), "yes: any number that is not in this file opens a room without a PIN"),
    key("pin_attempts", Group::Module, "3", Read::General(|settings, value| {
        settings.entry.pin_attempts = value.number(1, 10)?;
        Ok(())
    }), "wrong PINs or codes before a caller is sent back to the dial plan, 1 to 10"),
    key("first_digit_time", Group::Module, "10s", Read::General(|settings, value| {
        settings.entry.first_digit = value.span(SECOND, 10 * MINUTE)?;
        Ok(())
    }), "how long a caller who is asked for something may think before his first key"),
    key("next_digit_time", Group::Module, "3s", Read::General(|settings, value| {
        settings.entry.next_digit = value.span(SECOND, MINUTE)?;
        Ok(())
    }), "the pause after a key that ends a PIN, like #"),
    key("answer_time", Group::Module, "60s", Read::General(|settings, value| {
        settings.entry.attempt = value.span(5 * SECOND, 10 * MINUTE)?;
        Ok(())
    }), "how long an answer may take in all, however its keys are spread"),
    key("name_time", Group::Module, "10s", Read::General(|settings, value| {
        settings.entry.name_time = value.span(SECOND, MINUTE)?;
        Ok(())
    }), "how long a name may be that callers record"),
    key("naming_time", Group::Module, "90s", Read::General(|settings, value| {
        settings.entry.naming = value.span(10 * SECOND, 10 * MINUTE)?;
        Ok(())
    }), "how long recording it may take in all, with listening to it and doing it again"),
    key("lockout_caller", Group::Module, "10", Read::General(|settings, value| {
        settings.guard.lockout_caller = value.number(0, 1_000_000)?;
        Ok(())
    }), "so many wrong codes from one caller, and none is looked at for a while; 0: no limit"),
    key("lockout_room", Group::Module, "100", Read::General(|settings, value| {
        settings.guard.lockout_room = value.number(0, 1_000_000)?;
        Ok(())
    }), "the same for one room"),
    key("lockout_number", Group::Module, "300", Read::General(|settings, value| {
        settings.guard.lockout_number = value.number(0, 1_000_000)?;
        Ok(())
    }), "the same at one access or dynamic number"),
    key("lockout_window", Group::Module, "1h", Read::General(|settings, value| {
        settings.guard.lockout_window = value.span(SECOND, 7 * DAY)?;
        Ok(())
    }), "the time in which so many are too many"),
    key("lockout_time", Group::Module, "15m", Read::General(|settings, value| {
        settings.guard.lockout_time = value.span(SECOND, 7 * DAY)?;
        Ok(())
    }), "how long none is looked at then; 'conclave forgive' lifts it"),
    key("trunks", Group::Module, "192.0.2.1,2001:db8::1", Read::General(|settings, value| {
        settings.guard.trunks = value.addresses()?;
        Ok(())
    }), "addresses of providers: their callers are told apart by number instead"),
    key("recordings", Group::Module, "/var/spool/asterisk/conclave", Read::General(|settings, value| {
        settings.recordings = Some(value.path()?);
        Ok(())
    }), "folder of recordings; conclave in the PBX's spool folder if not set"),
    key("history", Group::Module, "/var/log/asterisk/conclave/history.csv", Read::General(|settings, value| {
        settings.history = match value {
            value if value.is_no() => Where::Off,
            value if value.text.eq_ignore_ascii_case("yes") => Where::Usual,
            value => Where::At(value.path()?),
        };
        Ok(())
    }), "file with a line for each event, or no; conclave/history.csv in the log folder if not set"),
    key("web", Group::Module, "127.0.0.1:7380", Read::General(|settings, value| {
        settings.web.listen = value.listen_or_no()?;
        Ok(())
    }), "address and port of the page for administrators, such as 0.0.0.0:7380 or [::]:7380 for everybody; or off"),
    key("web_path", Group::Module, "/conclave", Read::General(|settings, value| {
        settings.web.path = value.web_path()?;
        Ok(())
    }), "the path that it is served under, for a proxy that passes only this one on; the root if not set"),
    key("web_certificate", Group::Module, "/etc/ssl/certs/pbx.pem", Read::General(|settings, value| {
        settings.web.certificate = Some(value.path()?.as_ref().into());
        Ok(())
    }), "its certificate, with those between it and its authority, as PEM; without it there is no TLS"),
    key("web_key", Group::Module, "/etc/ssl/private/pbx.pem", Read::General(|settings, value| {
        settings.web.key = Some(value.path()?.as_ref().into());
        Ok(())
    }), "the certificate's key, as PEM"),
    key("web_proxy", Group::Module, "no", Read::General(|settings, value| {
        settings.web.behind_proxy = value.yes_or_no()?;
        Ok(())
    }), "yes: only a proxy can reach it, and what that says in X-Forwarded-For and X-Forwarded-Proto is true"),
    key("web_url", Group::Module, "https://pbx.example.org/conclave", Read::General(|settings, value| {
        settings.web.url = Some(value.url()?);
        Ok(())
    }), "how people reach it, for links; needed if that is not by its address"),
    key("database", Group::Module, "postgresql://conclave:secret@db.example.org/conclave", Read::General(|settings, value| {
        settings.database = match value {
            value if value.is_no() => Where::Off,
            value => Where::At(value.database()?),
        };
        Ok(())
    }), "conferences, accounts and history: a file, a URL of PostgreSQL, or off; conclave/conclave.db beside the PBX's own if not set"),
    key("node", Group::Module, "pbx1", Read::General(|settings, value| {
        settings.node = Some(value.word()?);
        Ok(())
    }), "the name of this PBX in the database, if several share it; the machine's if not set"),
    key("dialplan_contexts", Group::Module, "internal,incoming", Read::General(|settings, value| {
        settings.dialplan_contexts = value.words()?;
        Ok(())
    }), "where callers dial: a new conference's extension must be free there; the contexts that lead to Conclave if not set"),
    key("type", Group::Kind, "room", Read::Kind,
        "room; dynamic, access, local: one number for many rooms; profile, menu: how members are treated").protecting(),
    key("opener_leads", Group::Kind, "yes", Read::Dynamic(|draft, value| {
        draft.opener_leads = value.yes_or_no()?;
        Ok(())
    }), "dynamic: whether who opens a conference is its leader").protecting(),
    key("role", Group::Kind, "participant", Read::Profile(|role, value| {
        *role = Some(value.one_of(&[
            ("participant", Role::Participant),
            ("leader", Role::Leader),
            ("listener", Role::Listener),
        ])?);
        Ok(())
    }), "profile: leader (asked for no PIN, as by option L) or listener (as by option l); participant changes nothing").protecting(),
    key("pause", Group::Kind, "2s", Read::Menu,
        "menu: how long to wait for a further key of a sequence that could go on"),

    key("enabled", Group::ComingIn, "yes", Read::Everywhere(|draft, value| {
        draft.conference.enabled = value.yes_or_no()?;
        Ok(())
    }), "no: nobody comes in, and is told so").protecting(),
    key("pin", Group::ComingIn, "4711", Read::Room(|draft, value| {
        draft.conference.pin = Some(value.pin()?);
        Ok(())
    }), "who keys this comes in; without it everybody does").protecting(),
    key("leader_pin", Group::ComingIn, "9753", Read::Room(|draft, value| {
        draft.conference.leader_pin = Some(value.pin()?);
        Ok(())
    }), "who keys this is leader").protecting(),
    key("code", Group::ComingIn, "482913", Read::OwnRoom(|draft, value| {
        draft.conference.code = Some(value.pin()?);
        Ok(())
    }), "who keys this at an access number comes in here; no two rooms share one").protecting(),
    key("leader_code", Group::ComingIn, "730164", Read::OwnRoom(|draft, value| {
        draft.conference.leader_code = Some(value.pin()?);
        Ok(())
    }), "the same, and he is leader").protecting(),
    key("max_members", Group::ComingIn, "50", Read::Room(|draft, value| {
        draft.conference.max_members = Some(value.number(1, 1_000_000)?);
        Ok(())
    }), "members at a time; leaders come in above it").protecting(),
    key("lobby", Group::ComingIn, "no", Read::Room(|draft, value| {
        draft.conference.lobby = value.yes_or_no()?;
        Ok(())
    }), "yes: members wait until a leader admits them").protecting(),
    key("answer", Group::ComingIn, "at_once", Read::MannerEverywhere(|manner, value| {
        manner.answer = value.one_of(&[
            ("at_once", Answering::AtOnce),
            ("when_it_begins", Answering::WhenItBegins),
            ("never", Answering::Never),
        ])?;
        Ok(())
    }), "when a call that is not answered is: at_once, when_it_begins (he can talk to somebody), never (he listens)"),

    key("opens", Group::Times, "2026-11-24 09:00", Read::Room(|draft, value| {
        draft.conference.schedule.opens = Some(value.moment()?);
        Ok(())
    }), "nobody comes in before; in the PBX's time zone, or with one: 2026-11-24 09:00+01:00, 2026-11-24 08:00Z")
    .protecting(),
    key("early", Group::Times, "15m", Read::Room(|draft, value| {
        draft.conference.schedule.early = value.span(Duration::ZERO, 7 * DAY)?;
        Ok(())
    }), "how long before it opens members may come in and wait").protecting(),
    key("closes", Group::Times, "2026-11-24 10:30", Read::Room(|draft, value| {
        draft.conference.schedule.closes = Some(value.moment()?);
        Ok(())
    }), "it is over then, also for those inside").protecting(),
    key("max_duration", Group::Times, "2h", Read::Room(|draft, value| {
        draft.conference.max_duration = value.span_or_no(SECOND, MONTH)?;
        Ok(())
    }), "how long it may last from its opening").protecting(),
    key("session_time", Group::Times, "1h", Read::Manner(|manner, value| {
        manner.session_time = value.span_or_no(SECOND, MONTH)?;
        Ok(())
    }), "how long one member may stay").protecting(),
    key("warnings", Group::Times, "5m,1m", Read::Room(|draft, value| {
        let mut warnings = value.spans(MONTH)?;
        warnings.sort_unstable_by(|one, other| other.cmp(one));
        warnings.dedup();
        draft.conference.warnings = warnings.into();
        Ok(())
    }), "how long before an end it is announced; no: never"),
    key("extend_by", Group::Times, "15m", Read::Room(|draft, value| {
        draft.conference.extend_by = value.span(SECOND, DAY)?;
        Ok(())
    }), "by how much a leader's key makes it longer"),

    key("wait_for_leader", Group::Leaders, "no", Read::Manner(|manner, value| {
        manner.wait_for_leader = value.one_of(&[
            ("no", WaitForLeader::No),
            ("once", WaitForLeader::Once),
            ("always", WaitForLeader::Always),
            ("yes", WaitForLeader::Always),
        ])?;
        Ok(())
    }), "members wait until a leader is there: no, once, or always (yes: also when the last one left)").protecting(),
    key("end_with_leader", Group::Leaders, "no", Read::Manner(|manner, value| {
        manner.end_with_leader = value.one_of(&[
            ("no", EndWithLeader::No),
            ("last", EndWithLeader::Last),
            ("any", EndWithLeader::Any),
            ("yes", EndWithLeader::Last),
        ])?;
        Ok(())
    }), "members have to go when leaders leave: no, last (yes), or any").protecting(),
    key("leader_grace", Group::Leaders, "0s", Read::Room(|draft, value| {
        draft.conference.leader_grace = value.span(Duration::ZERO, DAY)?;
        Ok(())
    }), "how long it still goes on then, after a warning"),
    key("leader_profile", Group::Leaders, "chair", Read::Room(|draft, value| {
        draft.leader_profile = value.name_or_no()?;
        Ok(())
    }), "a type=profile section whose lines hold for leaders, over those here"),
    key("leader_menu", Group::Leaders, "chair-keys", Read::Room(|draft, value| {
        draft.leader_menu = Some(value.menu()?);
        Ok(())
    }), "a type=menu section: what leaders' keys do; usual keys if not set"),

    key("quiet", Group::Arriving, "no", Read::Manner(|manner, value| {
        manner.quiet = value.yes_or_no()?;
        Ok(())
    }), "yes: nobody hears of his coming and going, and nothing is announced to him"),
    key("arrivals", Group::Arriving, "tones", Read::Manner(|manner, value| {
        manner.arrivals = value.one_of(&[
            ("tones", Arrivals::Tones),
            ("words", Arrivals::Words),
            ("names", Arrivals::Names { review: false }),
            ("reviewed_names", Arrivals::Names { review: true }),
            ("nothing", Arrivals::Nothing),
            ("no", Arrivals::Nothing),
        ])?;
        Ok(())
    }), "what tells of coming and going: tones, words, names (each records his), reviewed_names, nothing"),
    key("hear_own_arrival", Group::Arriving, "yes", Read::Manner(|manner, value| {
        manner.hear_own_arrival = value.yes_or_no()?;
        Ok(())
    }), "whether one hears what tells of one's own coming"),
    key("count_at_join", Group::Arriving, "no", Read::Manner(|manner, value| {
        manner.count_at_join = value.yes_or_no()?;
        Ok(())
    }), "yes: who comes is told how many others are there"),
    key("count_to_all", Group::Arriving, "no", Read::Manner(|manner, value| {
        manner.count_to_all = if value.is_no() {
            None
        } else if value.text.eq_ignore_ascii_case("yes") {
            Some(0)
        } else {
            Some(value.number(0, 1_000_000)?)
        };
        Ok(())
    }), "yes: everybody is told how many are there when somebody comes; a number: only if more are"),
    key("only_person", Group::Arriving, "yes", Read::Manner(|manner, value| {
        manner.only_person = value.yes_or_no()?;
        Ok(())
    }), "whether one is told that one is alone"),
    key("announcement", Group::Arriving, "custom/welcome", Read::Manner(|manner, value| {
        manner.announcement = value.sound_or_no()?;
        Ok(())
    }), "a sound that who comes hears first"),

    key("start_muted", Group::Member, "no", Read::Manner(|manner, value| {
        manner.start_muted = value.yes_or_no()?;
        Ok(())
    }), "yes: one starts muted and can unmute oneself").protecting(),
    key("start_deaf", Group::Member, "no", Read::Manner(|manner, value| {
        manner.start_deaf = value.yes_or_no()?;
        Ok(())
    }), "yes: one starts deaf"),
    key("menu", Group::Member, "simple-keys", Read::Manner(|manner, value| {
        manner.menu = value.menu()?;
        Ok(())
    }), "a type=menu section: what keys do, for leaders too in a profile, else not; usual keys if not set"),
    key("pass_digits", Group::Member, "no", Read::Manner(|manner, value| {
        manner.pass_digits = value.yes_or_no()?;
        Ok(())
    }), "yes: keys that mean nothing here are sent on to the others"),
    key("stereo", Group::Member, "yes", Read::Manner(|manner, value| {
        manner.stereo = value.yes_or_no()?;
        Ok(())
    }), "whether one who calls with two channels hears each of the others at a place of his own"),

    key("level", Group::Voices, "no", Read::Manner(|manner, value| {
        manner.level = value.yes_or_no()?;
        Ok(())
    }), "yes: one is brought to the loudness of all, whether one whispers or shouts"),
    key("denoise", Group::Voices, "no", Read::Manner(|manner, value| {
        manner.denoise = value.yes_or_no()?;
        Ok(())
    }), "yes: the noise behind one is taken away; takes half a percent of a core while one talks"),
    key("most_talkers", Group::Voices, "no", Read::Room(|draft, value| {
        let mix = &mut draft.conference.mix;
        mix.most_talkers = if value.is_no() { 0 } else { value.number(0, Mix::MOST_TALKERS)? };
        Ok(())
    }), "so many who talk at once are heard, the loudest, 1 to 16; no: all"),
    key("comfort_noise", Group::Voices, "no", Read::Room(|draft, value| {
        draft.conference.mix.comfort_noise = if value.is_no() { None } else { Some(value.level(Mix::NOISE)?) };
        Ok(())
    }), "a steady noise under everything, in dB against full scale, such as -60, -80 to -40; no: pauses are silent"),

    key("language", Group::Sounds, "en", Read::Everywhere(|draft, value| {
        let language = value.word()?;
        if language.contains('/') {
            return Err(format!("language={language} is no language; write it as in the PBX, for example language=en"));
        }
        draft.conference.language = Some(language.to_string());
        Ok(())
    }), "of callers whose channel has none, and of what is recorded"),
    key("music", Group::Sounds, "default", Read::Manner(|manner, value| {
        manner.music = value.word_or_no()?.map(Music::Class);
        Ok(())
    }), "class of music on hold for who is alone or waits; silence if not set"),
    key("music_file", Group::Sounds, "custom/waiting", Read::Manner(|manner, value| {
        manner.music = value.sound_or_no()?.map(Music::File);
        Ok(())
    }), "a sound file in its place, over and over"),
    key("name_sound", Group::Sounds, "custom/board-meeting", Read::Room(|draft, value| {
        draft.conference.name_sound = value.sound_or_no()?;
        Ok(())
    }), "the conference's own name, played to all who join"),
    key("begin_sound", Group::Sounds, "custom/we-begin", Read::Room(|draft, value| {
        draft.conference.begin_sound = value.sound_or_no()?;
        Ok(())
    }), "played to all when it begins"),

    key("record", Group::Recording, "no", Read::Room(|draft, value| {
        draft.conference.recording.automatic = value.yes_or_no()?;
        Ok(())
    }), "yes: recording begins by itself when two are there (and a leader, if he is waited for)"),
    key("record_tracks", Group::Recording, "no", Read::Room(|draft, value| {
        draft.conference.recording.tracks = value.yes_or_no()?;
        Ok(())
    }), "yes: also a file for each member"),
    key("record_file", Group::Recording, "board", Read::Room(|draft, value| {
        draft.conference.recording.file = value.sound_or_no()?;
        Ok(())
    }), "begin of the files' names, in the folder of recordings or from / on; room and time follow"),
    key("record_format", Group::Recording, "wav", Read::Room(|draft, value| {
        let formats = [("wav", "wav"), ("flac", "flac"), ("opus", "opus")];
        draft.conference.recording.format = value.one_of(&formats)?.into();
        Ok(())
    }), "wav, flac or opus"),

    key("invite", Group::Inviting, "leaders", Read::Room(|draft, value| {
        draft.conference.inviting.who = value.one_of(&[
            ("nobody", WhoInvites::Nobody),
            ("leaders", WhoInvites::Leaders),
            ("everybody", WhoInvites::Everybody),
            ("no", WhoInvites::Nobody),
            ("yes", WhoInvites::Everybody),
        ])?;
        Ok(())
    }), "who may call others in by keys: nobody, leaders, everybody; the console may").protecting(),
    key("invite_context", Group::Inviting, "from-conference", Read::Room(|draft, value| {
        draft.conference.inviting.context = value.word_or_no()?;
        Ok(())
    }), "where in the dial plan numbers are looked up; nothing else can be called, nobody if not set").protecting(),
    key("invite_at_once", Group::Inviting, "5", Read::Room(|draft, value| {
        draft.conference.inviting.at_once = value.number(1, 1000)?;
        Ok(())
    }), "calls under way at a time").protecting(),
    key("invite_ring_time", Group::Inviting, "45s", Read::Room(|draft, value| {
        draft.conference.inviting.ring_time = value.span(SECOND, 10 * MINUTE)?;
        Ok(())
    }), "how long it may ring"),
    key("invite_confirm", Group::Inviting, "no", Read::Room(|draft, value| {
        draft.conference.inviting.confirm = value.yes_or_no()?;
        Ok(())
    }), "yes: who is called has to press 1 before he is in").protecting(),
    key("invite_at_opening", Group::Inviting, "201&202", Read::Room(|draft, value| {
        draft.conference.inviting.at_opening = value.numbers()?;
        Ok(())
    }), "numbers that are called when it opens"),
];

const MINUTE: Duration = Duration::from_secs(60);

/// As many as the engine can tell apart.
const MOST_WORKERS: u32 = 64;

const fn key(name: &'static str, group: Group, example: &'static str, read: Read, help: &'static str) -> Key {
    Key { name, group, example, help, protects: false, read }
}
