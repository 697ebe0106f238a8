//! What a line of the dial plan says: the same words on every host.

use crate::engine::Codec;
use crate::room::{Options, RoomNumber, split_page};
use crate::service::Arrival;

/// A line of the dial plan, read.
pub struct Asked {
    /// The room's number.
    pub number: RoomNumber,
    /// How this caller is treated.
    options: Options,
    /// Whom the room calls in.
    page: Vec<String>,
    /// Whose settings hold over the room's.
    profile: Option<String>,
    /// What keys do.
    menu: Option<String>,
}

impl Asked {
    /// `[room[,options[,profile[,menu]]]]`; without a room it is what was `dialled`.
    ///
    /// # Errors
    ///
    /// A sentence that says which part is wrong.
    pub fn read(data: &str, dialled: impl FnOnce() -> String) -> Result<Asked, String> {
        let mut parts = data.splitn(4, ',').map(str::trim);
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let room = part().map_or_else(dialled, str::to_owned);
        let number = RoomNumber::parse(&room).map_err(|error| error.to_string())?;
        let (letters, page) = split_page(part().unwrap_or("")).map_err(|error| error.to_string())?;
        let options = Options::parse(&letters).map_err(|error| error.to_string())?;
        Ok(Asked { number, options, page, profile: part().map(str::to_owned), menu: part().map(str::to_owned) })
    }

    /// The arrival that it asks for, of an answered call of which nothing else is known.
    pub fn arrival(self, codec: Codec) -> Arrival {
        let Asked { number, options, page, profile, menu } = self;
        Arrival { options, page, profile, menu, ..Arrival::new(number, codec) }
    }
}
