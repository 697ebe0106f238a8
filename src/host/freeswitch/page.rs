//! What the page has of FreeSWITCH.

use std::io;
use std::path::PathBuf;

use super::{config, sys};
use crate::admin::Pbx;
use crate::directory::PbxUser;
use crate::host::page::sounds_in;
use crate::host::text;

/// See the module's text.
pub struct OfFreeSwitch;

impl Pbx for OfFreeSwitch {
    fn name(&self) -> String {
        // SAFETY: a constant of FreeSWITCH's.
        format!("FreeSWITCH {}", unsafe { text(sys::switch_version_full()) })
    }

    fn users(&self) -> io::Result<Vec<PbxUser>> {
        super::users::all()
    }

    fn sounds(&self) -> io::Result<PathBuf> {
        sounds_in(&config::variable(c"db_dir"))
    }
}
