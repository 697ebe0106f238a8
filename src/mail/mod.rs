//! Mail about conferences: invitations to those who administer one and to its guests, and the thread that sends them.
//!
//! # Who gets what, and when
//!
//! [`invite`] is called in the transaction that saves a conference, so that what was saved was also announced, and what was
//! not was not. It puts mail into the directory's queue; [`Post`] sends it.
//!
//! - **Who administers it** gets a mail each time it is saved, with both codes.
//! - **A guest** gets one when he is invited, with the participant code only; another when something that he sees was changed;
//!   and a cancellation when it is deleted, or switched off, or he is taken off the list. What a guest does not see, as
//!   whether it is recorded, sends him nothing. [`Why::Again`] sends to all whatever was changed.
//! - Nobody is told of changes to what is over.
//!
//! Each mail goes to one person, and names no other guest. A subject begins with `Changed:` when something is different.
//!
//! # Calendars
//!
//! A scheduled conference comes with a calendar, twice: as an alternative to the text, which mail programs show with
//! buttons, and as `invite.ics` for all others. Its identity is the conference's `uid` and its `SEQUENCE` the conference's
//! version, so that calendars take it for a change of what they have. **It never holds the leader code**, not even the
//! administrator's: people share their calendars, and pass on what is in them.
//!
//! # Sending
//!
//! By SMTP, encrypted or not, or by the local `sendmail`, as [`MailSettings`] have it. What fails for now is tried again
//! after 1, 5 and 15 minutes and then each hour, for two days; what the server refuses for good is given up at once. Mail is
//! sent twice only if the PBX is killed, or loses the database for minutes, between a server's answer and the note of it;
//! it then has the same `Message-ID`.

mod calendar;
mod message;
mod post;
mod sendmail;
mod settings;
mod smtp;
mod template;
mod words;

use std::collections::{BTreeMap, HashMap};

use calendar::{Event, Method, Parties};
use lettre::message::Body;
use message::Letter;
use words::{Reader, Words};

pub use post::{Post, PostOptions, Wake, test};
pub use settings::{How, MailSettings, Security};
pub use template::{LEADER_CODE, PLACEHOLDERS, Template};

use jiff::Timestamp;

use crate::directory::{Conference, Desk, Error};

/// Why people are written to.
#[derive(Clone, Copy, Debug)]
pub enum Why<'a> {
    /// It was made, or had back after it was deleted.
    Made,
    /// It was changed, or got new codes; this is what it was.
    Changed(&'a Conference),
    /// Somebody wants it sent once more.
    Again,
    /// It was deleted; so it was before.
    Deleted,
}

/// Queues the mail that follows from what was done to a conference, as the [module](self) tells; none while mail is
/// [off](How::Off). Returns how many they are.
///
/// # Errors
///
/// What the database says. An address to which no mail can be sent is no error: it is in the queue as one that failed.
pub fn invite(desk: &mut Desk<'_>, conference: &Conference, why: Why<'_>) -> Result<u32, Error> {
    let settings = MailSettings::load(desk)?;
    if settings.how == How::Off {
        return Ok(0);
    }
    let before = match why {
        Why::Made | Why::Again => None,
        Why::Changed(before) => Some(before),
        Why::Deleted => Some(conference),
    };
    let after = if matches!(why, Why::Deleted) { None } else { Some(conference) };
    let mut office = Office { conference, before: Role::default(), after: Role::default(), settings };
    for (is_after, of) in [(false, before), (true, after)] {
        let Some(of) = of else { continue };
        let is_over = words::is_over(of, desk.now());
        // Whoever administers it hears that it was saved in any case.
        let administrator = (is_after || !is_over).then(|| office.view(desk, of, Reader::Administrator)).transpose()?;
        let guest = (of.details.enabled && !is_over).then(|| office.view(desk, of, Reader::Guest)).transpose()?;
        *(if is_after { &mut office.after } else { &mut office.before }) = Role { administrator, guest };
    }
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for (is_after, of) in [(false, before), (true, after)] {
        let Some(of) = of else { continue };
        let role = if is_after { &office.after } else { &office.before };
        let administrator = Some(&of.details.email).filter(|email| !email.is_empty() && role.administrator.is_some());
        let guests = of.details.guests.iter().filter(|_| role.guest.is_some());
        let all = administrator.map(|email| (email, Reader::Administrator)).into_iter();
        for (address, reader) in all.chain(guests.map(|guest| (guest, Reader::Guest))) {
            // Whoever administers it is not also a guest, and capitals make nobody another person.
            let person = people.entry(address.to_lowercase()).or_insert(Person { address, was: None, is: None });
            person.address = address;
            (if is_after { &mut person.is } else { &mut person.was }).get_or_insert(reader);
        }
    }
    let (now, mut texts) = (desk.now(), Texts::default());
    let letters: Vec<_> =
        people.into_values().filter_map(|person| office.letter_to(&person, now, &mut texts)).collect();
    if letters.is_empty() {
        return Ok(0);
    }
    let mails: Vec<_> = letters.iter().map(|(to, content)| (&**to, content.as_deref().unwrap_or_default())).collect();
    let first = desk.queue_mails(Some(conference.id), &mails)?;
    for (id, (_, content)) in (first..).zip(&letters) {
        if let Err(why) = content {
            desk.mail_failed(id, why, None)?;
        }
    }
    Ok(u32::try_from(letters.len()).unwrap_or(u32::MAX))
}

/// A conference as a calendar that nobody is invited by, for a download; without the leader code. `None` if it is not
/// scheduled.
///
/// # Errors
///
/// What the database says.
pub fn calendar(desk: &mut Desk<'_>, conference: &Conference) -> Result<Option<String>, Error> {
    let settings = MailSettings::load(desk)?;
    let words = Words::of(desk, &settings, conference, Reader::Guest)?;
    let now = desk.now();
    Ok(event(&settings, conference, &words).map(|event| event.write(Method::Publish, conference.version, None, now)))
}

/// The numbers at which a conference is reached, as people are told them.
///
/// # Errors
///
/// What the database says.
pub fn dial_in(desk: &mut Desk<'_>, conference: &Conference) -> Result<Vec<String>, Error> {
    words::numbers(desk, conference)
}

/// Somebody who is written to, and what he was and is.
struct Person<'a> {
    address: &'a str,
    was: Option<Reader>,
    is: Option<Reader>,
}

/// What each reader sees of a conference; nothing, if it is none of his business.
#[derive(Default)]
struct Role {
    administrator: Option<View>,
    guest: Option<View>,
}

impl Role {
    fn of(&self, reader: Reader) -> Option<&View> {
        match reader {
            Reader::Administrator => self.administrator.as_ref(),
            Reader::Guest => self.guest.as_ref(),
        }
    }
}

/// What somebody sees of a conference.
#[derive(PartialEq)]
struct View {
    words: Words,
    subject: String,
    body: String,
    event: Option<Event>,
}

/// Writes what follows from one change.
struct Office<'a> {
    settings: MailSettings,
    conference: &'a Conference,
    before: Role,
    after: Role,
}

impl Office<'_> {
    fn view(&self, desk: &mut Desk<'_>, conference: &Conference, reader: Reader) -> Result<View, Error> {
        let words = Words::of(desk, &self.settings, conference, reader)?;
        let template = match reader {
            Reader::Administrator => &self.settings.administrator,
            Reader::Guest => &self.settings.guest,
        };
        let filled = |text: &str| template::fill(text, &|name| words.get(name));
        let (subject, body) = (filled(&template.subject), filled(&template.body));
        // The calendar says what guests are told, whoever's it is.
        let public = Words::of(desk, &self.settings, conference, Reader::Guest)?;
        let event = event(&self.settings, conference, &public);
        Ok(View { words, subject, body, event })
    }

    /// What is written to somebody: his address, and the mail, or why there can be none. Nothing, if there is nothing to tell.
    fn letter_to(
        &self,
        person: &Person<'_>,
        now: Timestamp,
        texts: &mut Texts,
    ) -> Option<(String, Result<String, String>)> {
        let was = person.was.and_then(|reader| self.before.of(reader));
        let is = person.is.and_then(|reader| self.after.of(reader));
        let sequence = self.conference.version;
        let to = person.address;
        let content = match (was, is) {
            (None, None) => return None,
            (was, Some(is)) => {
                let is_changed = was.is_some_and(|was| was != is);
                if was.is_some() && !is_changed && person.is == Some(Reader::Guest) {
                    return None;
                }
                let subject = match &*self.settings.changed {
                    changed if is_changed && !changed.is_empty() => format!("{changed} {}", is.subject),
                    _ => is.subject.clone(),
                };
                // What is not scheduled any more has to go from calendars.
                let gone = was.and_then(|was| was.event.as_ref()).filter(|_| is.event.is_none());
                let event = is.event.as_ref().map(|event| (Method::Request, event));
                let event = event.or(gone.map(|event| (Method::Cancel, event)));
                self.write(to, &subject, texts.body(&is.body), event, sequence, now)
            }
            (Some(was), None) => {
                let template = &self.settings.cancelled;
                // He may have been told the leader code; nobody is told it on leaving.
                let value = |name: &str| if name == "leader_code" { String::new() } else { was.words.get(name) };
                let filled = |text: &str| template::fill(text, &value);
                let is_deleted = self.after.administrator.is_none();
                let sequence = if is_deleted { calendar::after(self.conference) } else { sequence };
                let event = was.event.as_ref().map(|event| (Method::Cancel, event));
                let body = texts.body(&filled(&template.body));
                self.write(to, &filled(&template.subject), body, event, sequence, now)
            }
        };
        Some((to.to_owned(), content))
    }

    fn write(
        &self,
        to: &str,
        subject: &str,
        body: Body,
        event: Option<(Method, &Event)>,
        sequence: i64,
        now: Timestamp,
    ) -> Result<String, String> {
        let MailSettings { from, .. } = &self.settings;
        let Conference { uid, details, .. } = self.conference;
        let sender = from.parse::<lettre::message::Mailbox>().map(|from| from.email.to_string()).unwrap_or_default();
        let parties = Parties { organizer: &sender, attendee: to };
        let calendar = event.map(|(method, event)| (method, event.write(method, sequence, Some(parties), now)));
        let id = format!("{uid}.{sequence}.{}.{}", now.as_millisecond(), unique(to));
        Letter { from, to, reply_to: &details.email, subject, body, calendar, id, date: now }.write()
    }
}

/// Texts of mails that were written already: most guests are told the same.
#[derive(Default)]
struct Texts(HashMap<String, Body>);

impl Texts {
    fn body(&mut self, text: &str) -> Body {
        self.0.entry(text.to_owned()).or_insert_with(|| message::encoded(text)).clone()
    }
}

/// A conference as it stands in a calendar, in the words that guests are told.
fn event(settings: &MailSettings, conference: &Conference, words: &Words) -> Option<Event> {
    let schedule = conference.details.schedule.clone()?;
    let numbers = words.get("dial_in").replace('\n', ", ");
    Some(Event {
        uid: conference.uid.clone(),
        created: conference.created,
        zone: calendar::time_zone(&schedule),
        schedule,
        summary: words.get("name"),
        description: template::fill(&settings.guest.body, &|name| words.get(name)),
        location: numbers,
        category: words.get("tag"),
        url: words.get("link"),
    })
}

/// A number made of an address, the same each time: in one moment each person is written to once.
fn unique(address: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    address.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
