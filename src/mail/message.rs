//! A mail as it goes over the wire.

use jiff::Timestamp;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};

use super::calendar::Method;

/// What a mail is made of.
#[derive(Clone, Debug)]
pub(super) struct Letter<'a> {
    /// As in the settings: an address, maybe with a name.
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    /// Who is asked about it; empty: whoever it is from.
    pub(super) reply_to: &'a str,
    pub(super) subject: &'a str,
    /// What it says, as [`encoded`] makes it.
    pub(super) body: Body,
    pub(super) calendar: Option<(Method, String)>,
    /// What no other mail has before the `@` of its identity.
    pub(super) id: String,
    pub(super) date: Timestamp,
}

impl Letter<'_> {
    /// The whole of it, in ASCII, with lines that end in CR and LF.
    ///
    /// # Errors
    ///
    /// In words, if an address is none that mail can have.
    pub(super) fn write(self) -> Result<String, String> {
        let from: Mailbox = self.from.parse().map_err(|error| format!("the sender's address is wrong: {error}"))?;
        let mut message = Message::builder()
            .message_id(Some(format!("<{}@{}>", self.id, from.email.domain())))
            .to(Mailbox::new(None, address(self.to)?))
            .subject(line(self.subject))
            .date(self.date.into())
            // No machine shall answer it.
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".into()));
        if let Ok(reply_to) = self.reply_to.parse::<Address>()
            && reply_to != from.email
        {
            message = message.reply_to(Mailbox::new(None, reply_to));
        }
        let message = message.from(from);
        let text = SinglePart::plain(self.body);
        let written = match self.calendar {
            None => message.singlepart(text),
            Some((method, calendar)) => {
                let kind = |text: &str| ContentType::parse(text).map_err(|error| error.to_string());
                let inline = kind(&format!("text/calendar; charset=utf-8; method={}", method.as_str()))?;
                let calendar = Body::new(calendar);
                let inline = SinglePart::builder().header(inline).body(calendar.clone());
                let attached = Attachment::new("invite.ics".into()).body(calendar, kind("application/ics")?);
                let both = MultiPart::alternative().singlepart(text).singlepart(inline);
                message.multipart(MultiPart::mixed().multipart(both).singlepart(attached))
            }
        };
        let bytes = written.map_err(|error| error.to_string())?.formatted();
        String::from_utf8(bytes).map_err(|_| "the mail is no text".into())
    }
}

/// A text as it stands in a mail. That takes most of the time of a mail, and many may say the same.
pub(super) fn encoded(text: &str) -> Body {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').collect();
    Body::new(text.replace('\n', "\r\n"))
}

/// An address that mail can be sent to.
pub(super) fn address(text: &str) -> Result<Address, String> {
    text.parse().map_err(|error| format!("'{}' is no address that mail can be sent to: {error}", text.escape_debug()))
}

/// One line, whatever it was.
fn line(text: &str) -> String {
    text.replace(char::is_control, " ").split_whitespace().collect::<Vec<_>>().join(" ")
}
