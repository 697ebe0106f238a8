//! TLS: the one place that knows rustls, its cryptography and where certificates are.
//!
//! All cryptography is [graviola](https://crates.io/crates/graviola)'s, which has no C and suits the licence of every host.
//! It needs a processor with AES, AVX2, BMI and ADX instructions, or the cryptographic ones of 64-bit ARM: nearly all since
//! 2014. Where they are missing [`provider`] says so, and so does everything that wanted TLS; nothing else is disturbed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};

/// Why there is no TLS. Words read well after a colon and say what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsError {
    /// The processor lacks these instructions.
    Processor(Vec<&'static str>),
    /// A file cannot be read, or is not what it should be.
    File(PathBuf, String),
    /// A text is no certificate.
    NoCertificate(String),
    /// No certificate is trusted: there are none on this machine, and none were given.
    NothingTrusted,
    /// Certificate and key are not used by rustls, as when they do not belong together.
    Unusable(String),
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsError::Processor(missing) => {
                write!(f, "this processor has no {}, which TLS needs here; TLS is off", missing.join(", "))
            }
            TlsError::File(path, why) => write!(f, "{}: {why}", path.display()),
            TlsError::NoCertificate(why) => write!(f, "this is no certificate in PEM form: {why}"),
            TlsError::NothingTrusted => f.write_str(
                "this machine has no list of trusted certificates; install it (Debian: ca-certificates), or name a file \
                 with the certificate of the authority",
            ),
            TlsError::Unusable(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for TlsError {}

/// The cryptography that all TLS of this library uses; also made the process's default when it is asked for first, for
/// crates that take that one.
///
/// # Errors
///
/// [`TlsError::Processor`], always the same.
pub fn provider() -> Result<Arc<CryptoProvider>, TlsError> {
    static PROVIDER: OnceLock<Result<Arc<CryptoProvider>, TlsError>> = OnceLock::new();
    let made = || {
        supported(&instructions())?;
        // Another one may be there already only if somebody else in this library had installed it.
        let _ = rustls_graviola::default_provider().install_default();
        Ok(CryptoProvider::get_default().cloned().unwrap_or_else(|| Arc::new(rustls_graviola::default_provider())))
    };
    PROVIDER.get_or_init(made).clone()
}

/// A client that believes servers whose certificate one of these authorities signed for the name by which they are called.
///
/// # Errors
///
/// [`TlsError::Processor`].
#[cfg(any(feature = "mail", feature = "postgres"))]
pub fn client(authorities: RootCertStore) -> Result<ClientConfig, TlsError> {
    Ok(builder()?.with_root_certificates(authorities).with_no_client_auth())
}

/// A client that asks `verifier` what it believes.
///
/// # Errors
///
/// [`TlsError::Processor`].
#[cfg(feature = "postgres")]
pub fn client_with(verifier: Arc<dyn rustls::client::danger::ServerCertVerifier>) -> Result<ClientConfig, TlsError> {
    Ok(builder()?.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth())
}

/// These authorities.
///
/// # Errors
///
/// [`TlsError::NoCertificate`].
#[cfg(any(feature = "mail", feature = "postgres"))]
pub fn trusted(authorities: Vec<CertificateDer<'static>>) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in authorities {
        roots.add(certificate).map_err(|error| TlsError::NoCertificate(error.to_string()))?;
    }
    Ok(roots)
}

/// The authorities that this machine trusts. They are read anew each time.
///
/// # Errors
///
/// [`TlsError::NothingTrusted`].
#[cfg(any(feature = "mail", feature = "postgres"))]
pub fn native() -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    // One of them that cannot be read shall not cost the others.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if roots.is_empty() { Err(TlsError::NothingTrusted) } else { Ok(roots) }
}

#[cfg(any(feature = "mail", feature = "postgres"))]
fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, TlsError> {
    ClientConfig::builder_with_provider(provider()?)
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Unusable(error.to_string()))
}

/// A server with the certificate, and those between it and its authority, and the key of these PEM files. They are read
/// now: to use new ones, call it again and give the result to whoever accepts connections; those that are open stay.
///
/// # Errors
///
/// [`TlsError::Processor`], [`TlsError::File`], and [`TlsError::Unusable`] if they do not belong together.
pub fn server(certificate: &Path, key: &Path) -> Result<ServerConfig, TlsError> {
    let provider = provider()?;
    let chain = certificates(certificate)?;
    let key = PrivateKeyDer::from_pem_slice(&read(key)?).map_err(|error| {
        TlsError::File(key.to_owned(), format!("there is no private key in PEM form in it: {error}"))
    })?;
    let together = |error: rustls::Error| {
        let (path, error) = (certificate.display(), error.to_string());
        TlsError::Unusable(format!("the certificate in {path} and the key cannot be used together: {error}"))
    };
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Unusable(error.to_string()))?;
    builder.with_no_client_auth().with_single_cert(chain, key).map_err(together)
}

/// The certificates of a PEM file, at least one.
///
/// # Errors
///
/// [`TlsError::File`].
pub fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    parse_certificates(&read(path)?).map_err(|error| TlsError::File(path.to_owned(), error.to_string()))
}

/// The certificates of a text in PEM form, at least one.
///
/// # Errors
///
/// [`TlsError::NoCertificate`].
pub fn parse_certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    let found = found.map_err(|error| TlsError::NoCertificate(error.to_string()))?;
    if found.is_empty() {
        return Err(TlsError::NoCertificate("it has no part that begins with -----BEGIN CERTIFICATE-----".into()));
    }
    Ok(found)
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|error| TlsError::File(path.to_owned(), error.to_string()))
}

fn supported(instructions: &[(&'static str, bool)]) -> Result<(), TlsError> {
    let missing: Vec<_> = instructions.iter().filter(|(_, is_there)| !is_there).map(|(name, _)| *name).collect();
    if missing.is_empty() { Ok(()) } else { Err(TlsError::Processor(missing)) }
}

/// What the cryptography needs, and whether it is there.
#[cfg(target_arch = "x86_64")]
fn instructions() -> Vec<(&'static str, bool)> {
    vec![
        ("AES", is_x86_feature_detected!("aes")),
        ("PCLMULQDQ", is_x86_feature_detected!("pclmulqdq")),
        ("AVX", is_x86_feature_detected!("avx")),
        ("AVX2", is_x86_feature_detected!("avx2")),
        ("BMI1", is_x86_feature_detected!("bmi1")),
        ("BMI2", is_x86_feature_detected!("bmi2")),
        ("ADX", is_x86_feature_detected!("adx")),
    ]
}

/// The same.
#[cfg(target_arch = "aarch64")]
fn instructions() -> Vec<(&'static str, bool)> {
    use std::arch::is_aarch64_feature_detected;
    vec![
        ("NEON", is_aarch64_feature_detected!("neon")),
        ("AES", is_aarch64_feature_detected!("aes")),
        ("PMULL", is_aarch64_feature_detected!("pmull")),
        ("SHA2", is_aarch64_feature_detected!("sha2")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_that_lacks_something_is_named_and_nothing_fails() {
        assert_eq!(supported(&[("AES", true), ("ADX", true)]), Ok(()));
        let refused = supported(&[("AES", true), ("BMI2", false), ("ADX", false)]).unwrap_err();
        assert_eq!(refused.to_string(), "this processor has no BMI2, ADX, which TLS needs here; TLS is off");
    }

    #[test]
    fn the_process_has_one_provider() {
        let Ok(provider) = provider() else { return };
        assert!(Arc::ptr_eq(&provider, CryptoProvider::get_default().unwrap()));
        assert!(Arc::ptr_eq(&provider, &super::provider().unwrap()));
    }

    #[test]
    fn what_is_no_certificate_is_refused_with_words() {
        for text in ["", "hello", "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n"] {
            assert!(matches!(parse_certificates(text.as_bytes()), Err(TlsError::NoCertificate(_))), "{text}");
        }
        let missing = server(Path::new("/nonexistent/chain.pem"), Path::new("/nonexistent/key.pem"));
        assert!(matches!(missing, Err(TlsError::File(..) | TlsError::Processor(_))));
    }
}
