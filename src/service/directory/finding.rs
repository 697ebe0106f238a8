//! What the directory has, and what it means for a caller. On the directory's thread, but for [`Reply`].

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Origin;
use crate::directory::{Code, ConferenceId, Desk, Error, Kind, Reach, Reached};
use crate::room::{Conference, Doorway, DoorwayKind, Opens, RoomNumber};
use crate::service::lookup::Listed;
use crate::service::settings::{At, Section};
use crate::service::{CallId, Settings};

/// What is looked for.
pub(super) enum Wanted {
    /// What is at this number, or the doorway that it is behind.
    Number(RoomNumber),
    /// Whose code this is, keyed at this number.
    Code(Code, RoomNumber),
    /// What this conference is by now.
    Conference(ConferenceId),
    /// The same, and a seat of its account for this call, on an account that has so many participants on this PBX.
    Seat(ConferenceId, CallId, u32),
}

/// What was found.
pub(super) enum Found {
    Nothing,
    AccessNumber(RoomNumber),
    Conference(Box<Reach>),
    Code(Box<Reach>, Opens),
}

/// The same for the service.
pub(in crate::service) struct Reply {
    pub(super) listed: Listed,
    /// Whose it is, if it is a conference or a doorway.
    pub(super) origin: Option<Arc<Origin>>,
    /// A seat may be kept for the call.
    pub(super) seat: bool,
}

impl Reply {
    fn new(listed: Listed, origin: Option<Arc<Origin>>) -> Reply {
        Reply { listed, origin, seat: false }
    }

    /// It could not be found out.
    pub(super) fn unknown() -> Reply {
        Reply::new(Listed::Unknown, None)
    }
}

/// Looks for it.
pub(super) fn find(desk: &mut Desk<'_>, wanted: &Wanted) -> Result<Found, Error> {
    let found = match wanted {
        Wanted::Number(number) => return by_number(desk, number),
        Wanted::Code(code, at) => desk.by_code(code, at)?.map(|(reach, opens)| Found::Code(Box::new(reach), opens)),
        Wanted::Conference(id) => desk.reach(*id)?.map(|reach| Found::Conference(Box::new(reach))),
        Wanted::Seat(id, call, here) => match desk.reach(*id)? {
            Some(mut reach) => {
                reach.elsewhere = desk.take_seat(&reach.account, call.0, *here)?;
                Some(Found::Conference(Box::new(reach)))
            }
            None => None,
        },
    };
    Ok(found.unwrap_or(Found::Nothing))
}

fn by_number(desk: &mut Desk<'_>, number: &RoomNumber) -> Result<Found, Error> {
    match desk.by_number(number)? {
        Some(Reached::Conference(reach)) => return Ok(Found::Conference(reach)),
        Some(Reached::AccessNumber) => return Ok(Found::AccessNumber(number.clone())),
        None => {}
    }
    for (at, _) in number.as_str().match_indices('-') {
        let Ok(doorway) = RoomNumber::parse(&number.as_str()[..at]) else { continue };
        if let Some(Reached::Conference(reach)) = desk.by_number(&doorway)?
            && !reach.conference.details.kind.has_codes()
        {
            return Ok(Found::Conference(reach));
        }
    }
    Ok(Found::Nothing)
}

impl Found {
    /// What it means at this moment, by the same rules as if it stood in `conclave.conf`.
    pub(super) fn read(self, settings: &Settings, zone: &TimeZone, now: Timestamp) -> Reply {
        match self {
            Found::Nothing => Reply::new(Listed::Nothing, None),
            Found::AccessNumber(number) => {
                let template = Arc::new(Conference::new(number.clone()));
                let doorway = Doorway { number, kind: DoorwayKind::Access, template };
                Reply::new(Listed::Doorway(Arc::new(doorway)), None)
            }
            Found::Conference(reach) => Reply::new(read(&reach, None, settings, zone, now), of(&reach)),
            Found::Code(reach, opens) => Reply::new(read(&reach, Some(opens), settings, zone, now), of(&reach)),
        }
    }
}

fn read(reach: &Reach, opens: Option<Opens>, settings: &Settings, zone: &TimeZone, now: Timestamp) -> Listed {
    let number = reach.conference.number();
    let kind = section(reach.conference.details.kind);
    let (at, wrong) = settings.read_section(zone, &number, kind, &reach.room_settings(now));
    for (_, what) in wrong {
        log::warn!("conference {number} of the directory: {what}");
    }
    match (at, opens) {
        (Some(At::Room(conference)), Some(opens)) => Listed::Code(conference, opens),
        (Some(At::Room(conference)), None) => Listed::Conference(conference),
        (Some(At::Doorway(doorway)), None) => Listed::Doorway(doorway),
        _ => Listed::Unknown,
    }
}

/// What a conference would be in `conclave.conf`.
pub(super) fn section(kind: Kind) -> Section {
    match kind {
        Kind::Scheduled | Kind::Meeting => Section::Room,
        Kind::Dynamic => Section::Dynamic,
        Kind::Local => Section::Local,
    }
}

fn of(reach: &Reach) -> Option<Arc<Origin>> {
    let Reach { conference, account, elsewhere, .. } = reach;
    Some(Arc::new(Origin {
        conference: conference.id,
        account: account.id,
        name: conference.details.name.clone(),
        tag: conference.details.tag.clone(),
        rate: account.details.rate,
        cap: account.details.cap,
        elsewhere: *elsewhere,
    }))
}
