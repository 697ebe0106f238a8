//! What the page has of Asterisk.

use std::io;
use std::path::PathBuf;

use super::sys;
use crate::admin::Pbx;
use crate::directory::PbxUser;
use crate::host::page::sounds_in;
use crate::host::text;

/// See the module's text.
pub struct OfAsterisk;

impl Pbx for OfAsterisk {
    fn name(&self) -> String {
        // SAFETY: a constant of Asterisk's.
        format!("Asterisk {}", unsafe { text(sys::cv_version()) })
    }

    fn users(&self) -> io::Result<Vec<PbxUser>> {
        Ok(super::users::all())
    }

    fn sounds(&self) -> io::Result<PathBuf> {
        // SAFETY: the string is set before any module is loaded, and stays.
        sounds_in(&unsafe { text(sys::cv_var_dir()) })
    }
}
