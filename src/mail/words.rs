//! What a conference is, in the words that mail has for it.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use super::settings::MailSettings;
use crate::directory::{Codes, Conference, Days, Desk, Details, End, Error, Rule};
use crate::room::{Action, Menu, Role, RoomNumber};

/// Whom a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// He may know everything.
    Administrator,
    /// He never learns the leader code, whatever a template says.
    Guest,
}

/// A conference in words, for somebody.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Words(Vec<(&'static str, String)>);

impl Words {
    pub(super) fn of(
        desk: &mut Desk<'_>,
        settings: &MailSettings,
        conference: &Conference,
        reader: Reader,
    ) -> Result<Words, Error> {
        let Conference { id, details, codes, .. } = conference;
        let Details { name, tag, description, schedule, email, .. } = details;
        let opens = details.times(desk.now()).opens;
        let begins =
            opens.zip(schedule.as_ref()).map(|(opens, at)| (opens.to_zoned(at.zone().clone()), at.zone_name()));
        let date = begins.as_ref().map(|(begins, _)| begins.date());
        let time = begins.as_ref().map(|(begins, _)| begins.strftime("%H:%M").to_string());
        let start = begins.as_ref().zip(time.as_ref());
        let start = start.map(|((begins, zone), time)| format!("{}, {time} ({zone})", day(begins.date())));
        let zone = schedule.as_ref().map_or(TimeZone::UTC, |schedule| schedule.zone().clone());
        let expires = details.expires.map(|expires| {
            let expires = expires.to_zoned(zone.clone());
            let zone = zone.iana_name().unwrap_or("UTC");
            format!("{}, {} ({zone})", day(expires.date()), expires.strftime("%H:%M"))
        });
        let repeats = schedule.as_ref().and_then(|schedule| Some(repeats(schedule.repeats()?, &zone)));
        let duration = schedule.as_ref().map(|schedule| duration(schedule.duration().as_secs() / 60));
        let role = if reader == Reader::Administrator { Role::Leader } else { Role::Participant };
        let keys = keys(&desk.menu(details, role));
        let shown =
            |code: fn(&Codes) -> &crate::directory::Code| codes.as_ref().map(|codes| code(codes).reveal().to_owned());
        let leader = shown(|codes| &codes.leader).filter(|_| reader == Reader::Administrator);
        let named = if name.is_empty() { tag } else { name };
        let link = settings.base_url.trim_end_matches('/');
        let link = if link.is_empty() { String::new() } else { format!("{link}/#/conferences/{}", id.0) };
        Ok(Words(vec![
            ("name", if named.is_empty() { "Telephone conference".into() } else { named.clone() }),
            ("tag", tag.clone()),
            ("description", description.clone()),
            ("start", start.unwrap_or_else(|| "always open".into())),
            ("date", date.map(|date| date.to_string()).unwrap_or_default()),
            ("time", time.unwrap_or_default()),
            ("zone", schedule.as_ref().map(|schedule| schedule.zone_name().to_owned()).unwrap_or_default()),
            ("duration", duration.unwrap_or_default()),
            ("repeats", repeats.unwrap_or_default()),
            ("expires", expires.unwrap_or_default()),
            ("dial_in", numbers(desk, conference)?.join("\n")),
            ("pin", details.pin.as_ref().map(|pin| pin.reveal().to_owned()).unwrap_or_default()),
            ("participant_code", shown(|codes| &codes.participant).unwrap_or_default()),
            ("leader_code", leader.unwrap_or_default()),
            ("menu", keys),
            ("administrator", email.clone()),
            ("link", link),
        ]))
    }

    /// What stands for this placeholder.
    pub(super) fn get(&self, name: &str) -> String {
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

/// The numbers at which a conference is reached, as people are told them: its extension, then the access numbers at which
/// its codes are good.
pub(super) fn numbers(desk: &mut Desk<'_>, conference: &Conference) -> Result<Vec<String>, Error> {
    let Details { kind, extension, access_number, .. } = &conference.details;
    let mut access = desk.dial_in()?;
    access.retain(|number, _| kind.has_codes() && access_number.as_ref().is_none_or(|only| only == number));
    let told = |(number, text): (RoomNumber, String)| match text {
        text if text == number.as_str() => text,
        text => format!("{text} (inside: {number})"),
    };
    Ok(extension.iter().map(ToString::to_string).chain(access.into_iter().map(told)).collect())
}

fn day(date: Date) -> String {
    date.strftime("%A, %-d %B %Y").to_string()
}

fn duration(minutes: u64) -> String {
    let unit = |count: u64, word: &str| match count {
        0 => None,
        1 => Some(format!("1 {word}")),
        count => Some(format!("{count} {word}s")),
    };
    let parts = [unit(minutes / 60, "hour"), unit(minutes % 60, "minute")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn repeats(rule: &Rule, zone: &TimeZone) -> String {
    let every = |unit: &str| match rule.interval {
        1 => format!("every {unit}"),
        many => format!("every {many} {unit}s"),
    };
    let often = match rule.days {
        Days::Daily => every("day"),
        Days::Weekly(days) => {
            let names: Vec<&str> = days.iter().map(weekday).collect();
            format!("{} on {}", every("week"), names.join(", "))
        }
        Days::Monthly(-1) => format!("{} on the last day", every("month")),
        Days::Monthly(day) => format!("{} on the {}", every("month"), ordinal(day)),
        Days::MonthlyOn(nth, day) => format!("{} on the {} {}", every("month"), ordinal(nth), weekday(day)),
    };
    let until = |date: Date| format!(", until {}", day(date));
    let end = match rule.end {
        End::Never => String::new(),
        End::Count(1) => ", once".into(),
        End::Count(times) => format!(", {times} times"),
        End::OnDate(last) => until(last),
        End::At(last) => until(last.to_zoned(zone.clone()).date()),
    };
    often + &end
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

fn ordinal(nth: i8) -> String {
    match nth {
        -1 => "last".into(),
        nth if nth < 0 => format!("{} last", ordinal(-nth)),
        11..=13 => format!("{nth}th"),
        nth => format!("{nth}{}", ["th", "st", "nd", "rd"].get(usize::from(nth.unsigned_abs() % 10)).unwrap_or(&"th")),
    }
}

/// A menu, a line for each sequence that does something people can be told.
fn keys(menu: &Menu) -> String {
    let longest = menu.keys().map(|(sequence, _)| sequence.len()).max().unwrap_or_default();
    let line = |(sequence, actions): (&str, &[Action])| {
        let does: Vec<&str> = actions.iter().filter_map(does).collect();
        (!does.is_empty()).then(|| format!("{sequence:longest$}  {}", does.join(", ")))
    };
    menu.keys().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// What an action does; nothing for one that says nothing to people.
fn does(action: &Action) -> Option<&'static str> {
    Some(match action {
        Action::Help => "hear what the keys do",
        Action::ToggleMute => "mute or unmute yourself",
        Action::ToggleDeaf => "stop hearing the others, or hear them again",
        Action::ToggleHand => "raise or lower your hand",
        Action::ListenSofter => "hear the others less loud",
        Action::ListenLouder => "hear the others louder",
        Action::ListenReset => "hear the others as loud as they are",
        Action::TalkSofter => "talk less loud",
        Action::TalkLouder => "talk louder",
        Action::TalkReset => "talk as loud as you do",
        Action::Leave | Action::LeaveTo(_) => "leave the conference",
        Action::Count => "hear how many take part",
        Action::RollCall => "hear who takes part",
        Action::Invite => "call somebody: key the number, then #",
        Action::CancelInvite => "give up the last call, or remove who came by it",
        Action::Playback(_) | Action::PlaybackAndContinue(_) => "hear a recording",
        Action::ToggleLock => "lock or unlock the conference",
        Action::KickLast => "remove who came last",
        Action::KickOne => "remove somebody: key his number in the conference, then #",
        Action::ToggleMuteAll => "mute or unmute all others",
        Action::ToggleRecording => "begin or end recording",
        Action::TogglePause => "pause recording, or go on",
        Action::AdmitAll => "let in who waits",
        Action::GiveFloor => "let speak who raised a hand first",
        Action::Extend => "let the conference last longer",
        Action::End => "end the conference for all",
        Action::Close | Action::NoOp | Action::RunDialplan(_) => return None,
    })
}

/// Whether it is over for good, so that nobody needs to hear of it.
pub(super) fn is_over(conference: &Conference, now: Timestamp) -> bool {
    conference.times(now).list == crate::directory::List::Past
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_in_words() {
        let start = Date::constant(2026, 11, 24);
        for (rule, words) in [
            ("FREQ=DAILY", "every day"),
            ("FREQ=DAILY;INTERVAL=2;COUNT=5", "every 2 days, 5 times"),
            (
                "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20271231",
                "every week on Tuesday, Thursday, until Friday, 31 December 2027",
            ),
            ("FREQ=MONTHLY", "every month on the 24th"),
            ("FREQ=MONTHLY;BYMONTHDAY=-1", "every month on the last day"),
            ("FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU", "every 3 months on the 2nd Tuesday"),
            ("FREQ=MONTHLY;BYDAY=-2TU", "every month on the 2nd last Tuesday"),
        ] {
            assert_eq!(repeats(&Rule::parse(rule, start).unwrap(), &TimeZone::UTC), words);
        }
        let ordinals = [1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31].map(ordinal);
        assert_eq!(ordinals.join(" "), "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 31st");
        assert_eq!([1, 60, 90, 125].map(duration).join("; "), "1 minute; 1 hour; 1 hour 30 minutes; 2 hours 5 minutes");
    }

    #[test]
    fn every_key_of_the_usual_menus_is_explained() {
        for menu in [Menu::participant(), Menu::leader()] {
            assert_eq!(keys(&menu).lines().count(), menu.keys().len());
        }
        assert!(keys(&Menu::leader()).contains("*94  end the conference for all"));
    }
}
