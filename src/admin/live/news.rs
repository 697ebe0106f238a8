//! What happens in rooms and what changes in the directory, as events.

use serde_json::{Map, Value};

use super::batch::{Audience, Draft};
use super::changes::audience;
use crate::directory::{Change, Desk, Error};
use crate::room::RoomNumber;
use crate::service::{Happening, Picture};

/// Something happened in a room that stands in one of these pictures, or at its door.
pub(super) fn write_happening(happening: &Happening, before: &Picture, after: &Picture, draft: &mut Draft) {
    if SEEN_OTHERWISE.contains(&happening.name) {
        return;
    }
    let room = happening.fields.iter().find(|(name, _)| *name == "Room").map(|(_, number)| number);
    let room = room.and_then(|number| RoomNumber::parse(number).ok());
    let picture = room.as_ref().and_then(|number| after.rooms.get(number).or_else(|| before.rooms.get(number)));
    let whose = picture.map_or(Audience::Staff, |picture| audience(picture));
    let fields = happening.fields.iter().map(|(name, value)| {
        let number = NUMBERS.contains(name).then(|| value.parse::<u64>().ok()).flatten();
        (in_small_letters(name), number.map_or_else(|| Value::from(value.as_str()), Value::from))
    });
    let name = ("name".to_owned(), Value::from(happening.name));
    let fields: Map<String, Value> = [name].into_iter().chain(fields).collect();
    draft.add(whose, room.as_ref(), "happening", &fields);
}

/// Something was changed in the directory.
pub(super) fn write_change(change: Change, audience: Audience, draft: &mut Draft) {
    let (what, value) = match change {
        Change::Conference(id) => ("conference", Value::from(id.0)),
        Change::Account(id) => ("account", Value::from(id.0)),
        Change::Settings => ("settings", Value::from(true)),
        Change::Mail => ("mail", Value::from(true)),
        Change::Everything => ("everything", Value::from(true)),
    };
    draft.add(audience, None, "directory", &Map::from_iter([(what.to_owned(), value)]));
}

/// Who may be told of a change. It says no more than that there was one, so what is gone is told to all.
pub(super) fn whose(change: Change, desk: &mut Desk<'_>) -> Result<Audience, Error> {
    match change {
        Change::Conference(id) => match desk.conference(id) {
            Ok(conference) => Ok(Audience::Owner(conference.details.owner)),
            Err(Error::Missing(_)) => Ok(Audience::Everybody),
            Err(error) => Err(error),
        },
        Change::Account(id) => Ok(Audience::Owner(id)),
        Change::Settings | Change::Mail | Change::Everything => Ok(Audience::Everybody),
    }
}

/// `CallerName` as `caller_name`.
fn in_small_letters(name: &str) -> String {
    let mut small = String::with_capacity(name.len() + 2);
    for (place, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && place > 0 {
            small.push('_');
        }
        small.push(letter.to_ascii_lowercase());
    }
    small
}

/// Who talks is told with how loud he does.
const SEEN_OTHERWISE: [&str; 3] = ["TalkingStarted", "TalkingStopped", "Speaker"];

/// The fields that are numbers.
const NUMBERS: [&str; 2] = ["Member", "Seconds"];

#[cfg(test)]
mod tests {
    use super::in_small_letters;

    #[test]
    fn names_are_written_as_all_names_of_the_api() {
        for (name, small) in [("Room", "room"), ("CallerNumber", "caller_number"), ("", "")] {
            assert_eq!(in_small_letters(name), small);
        }
    }
}
