//! The certificate that we show to browsers.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rustls::ServerConfig;

use super::Settings;
use crate::tls::{self, TlsError};

/// Certificate and key from two PEM files, as they were when they were read last.
pub(super) struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    shown: Mutex<Shown>,
}

struct Shown {
    config: Arc<ServerConfig>,
    expires: Option<Timestamp>,
}

impl Certificate {
    /// The one that the settings say; `None`: there is to be no TLS.
    ///
    /// # Errors
    ///
    /// If it cannot be used.
    pub(super) fn of(settings: &Settings) -> io::Result<Option<Certificate>> {
        match (&settings.certificate, &settings.key) {
            (Some(chain), Some(key)) => {
                let shown = Mutex::new(read(chain, key)?);
                Ok(Some(Certificate { chain: chain.clone(), key: key.clone(), shown }))
            }
            (None, None) => Ok(None),
            _ => Err(io::Error::other("web_certificate and web_key need each other")),
        }
    }

    /// What connections that come now are served with.
    pub(super) fn config(&self) -> Arc<ServerConfig> {
        self.lock().config.clone()
    }

    /// Until when it is good.
    pub(super) fn expires(&self) -> Option<Timestamp> {
        self.lock().expires
    }

    /// Reads it again.
    ///
    /// # Errors
    ///
    /// If it cannot be used; the old one stays.
    pub(super) fn read_again(&self) -> io::Result<()> {
        let shown = read(&self.chain, &self.key)?;
        *self.lock() = shown;
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Shown> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(chain: &Path, key: &Path) -> io::Result<Shown> {
    let unusable = |error: TlsError| io::Error::new(io::ErrorKind::InvalidData, error.to_string());
    let mut config = tls::server(chain, key).map_err(unusable)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let certificates = tls::certificates(chain).map_err(unusable)?;
    Ok(Shown { config: Arc::new(config), expires: certificates.first().and_then(|first| expires(first)) })
}

/// When a certificate's validity ends: the second time of the only sequence of two times in it.
fn expires(certificate: &[u8]) -> Option<Timestamp> {
    let (_, certificate, _) = element(certificate)?;
    let (_, mut fields, _) = element(certificate)?;
    loop {
        let (tag, content, rest) = element(fields)?;
        fields = rest;
        if tag == SEQUENCE
            && let Some((UTC_TIME | GENERALIZED_TIME, _, after)) = element(content)
        {
            let (tag, text, _) = element(after)?;
            let text = std::str::from_utf8(text).ok()?;
            let century = match tag {
                GENERALIZED_TIME => "",
                _ if text.get(..2)?.parse::<u8>().ok()? < 50 => "20",
                _ => "19",
            };
            let moment = format!("{century}{}+0000", text.strip_suffix('Z')?);
            return Timestamp::strptime("%Y%m%d%H%M%S%z", moment).ok();
        }
    }
}

/// The tag and content of the first element of DER, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&short, rest) = rest.split_first()?;
    let (length, rest) = if short < 0x80 {
        (usize::from(short), rest)
    } else {
        let (bytes, rest) = rest.split_at_checked(usize::from(short & 0x7f)).filter(|(bytes, _)| bytes.len() <= 4)?;
        (bytes.iter().fold(0, |length, &byte| length << 8 | usize::from(byte)), rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
