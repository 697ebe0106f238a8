//! TLS with PostgreSQL: what the URL says of it, as libpq means it, and the way to rustls.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};

use crate::directory::store::Fault;
use crate::tls::{self, TlsError};

/// `sslmode`: what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// None.
    Disable,
    /// If it can be had; whoever answers is believed.
    Prefer,
    /// Always; believed is whoever answers, or, if `sslrootcert` names authorities, whoever has their signature.
    Require,
    /// Always, and the certificate has the signature of an authority.
    VerifyCa,
    /// Always, and the certificate besides names the host of the URL.
    VerifyFull,
}

/// What a URL says of TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Demand {
    pub(super) wanted: Wanted,
    /// `sslrootcert`: the only authorities that count; `None`: those of this machine.
    pub(super) authorities: Option<PathBuf>,
}

impl Demand {
    /// Takes what is about TLS out of a URL, and reads the rest.
    pub(super) fn of(url: &str) -> Result<(Demand, Config), Fault> {
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let mut demand = Demand { wanted: Wanted::Prefer, authorities: None };
        let mut rest = Vec::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", mode)) => demand.wanted = Demand::mode(mode)?,
                Some(("sslrootcert", "system")) => demand.authorities = None,
                Some(("sslrootcert", path)) => demand.authorities = Some(decoded(path).into()),
                _ => rest.push(pair),
            }
        }
        let rest = rest.join("&");
        let url = if rest.is_empty() { place.to_owned() } else { format!("{place}?{rest}") };
        let mut config: Config = url.parse().map_err(|error: tokio_postgres::Error| {
            Fault::Wrong(format!("the URL of the directory is wrong: {}", super::words(&error)))
        })?;
        // A Unix socket leaves the machine nowhere; PostgreSQL has no TLS on it.
        if config.get_hosts().iter().all(|host| matches!(host, Host::Unix(_))) && config.get_hostaddrs().is_empty() {
            demand.wanted = Wanted::Disable;
        }
        config.ssl_mode(match demand.wanted {
            Wanted::Disable => SslMode::Disable,
            Wanted::Prefer => SslMode::Prefer,
            Wanted::Require | Wanted::VerifyCa | Wanted::VerifyFull => SslMode::Require,
        });
        Ok((demand, config))
    }

    fn mode(word: &str) -> Result<Wanted, Fault> {
        Ok(match word {
            "disable" => Wanted::Disable,
            "prefer" => Wanted::Prefer,
            "require" => Wanted::Require,
            "verify-ca" => Wanted::VerifyCa,
            "verify-full" => Wanted::VerifyFull,
            _ => {
                return Err(Fault::Wrong(
                    "the URL of the directory is wrong: sslmode is disable, prefer, require, verify-ca or verify-full"
                        .into(),
                ));
            }
        })
    }

    /// Makes TLS as it is asked for. Where this machine has none and none has to be, there is none.
    pub(super) fn connector(&self) -> Result<Connector, Fault> {
        match self.client() {
            Ok(client) => Ok(Connector(client.map(Arc::new))),
            Err(TlsError::Processor(_)) if self.wanted == Wanted::Prefer => Ok(Connector(None)),
            Err(error) => Err(Fault::Wrong(format!("no TLS with PostgreSQL: {error}"))),
        }
    }

    fn client(&self) -> Result<Option<rustls::ClientConfig>, TlsError> {
        let named = |path: &Path| tls::certificates(path).and_then(tls::trusted);
        let named = self.authorities.as_deref().map(named).transpose()?;
        let any = |roots| tls::client_with(Arc::new(Lenient { roots, provider: tls::provider()? }));
        let mut config = match (self.wanted, named) {
            (Wanted::Disable, _) => return Ok(None),
            (Wanted::Prefer, _) | (Wanted::Require, None) => any(None)?,
            (Wanted::Require | Wanted::VerifyCa, Some(roots)) => any(Some(roots))?,
            (Wanted::VerifyCa, None) => any(Some(tls::native()?))?,
            (Wanted::VerifyFull, Some(roots)) => tls::client(roots)?,
            (Wanted::VerifyFull, None) => tls::client(tls::native()?)?,
        };
        // Servers since version 17 want to hear it.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Some(config))
    }
}

/// The text that a part of a URL stands for.
fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, tail @ ..] = rest {
        let pair = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.filter(|_| *first == b'%').and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) => (bytes.push(byte), rest = &tail[2..]).1,
            None => (bytes.push(*first), rest = tail).1,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Believes any certificate, or any that one of these authorities signed, whatever name it has. What is said is encrypted
/// all the same, and only whoever has the certificate's key can say it.
#[derive(Debug)]
struct Lenient {
    roots: Option<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(roots) = &self.roots {
            let certificate = ParsedCertificate::try_from(certificate)?;
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&certificate, roots, between, now, algorithms)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Makes TLS connections; or none.
#[derive(Clone)]
pub(super) struct Connector(Option<Arc<rustls::ClientConfig>>);

impl Connector {
    /// Whether there is TLS at all.
    pub(super) fn has_tls(&self) -> bool {
        self.0.is_some()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for Connector {
    type Stream = Encrypted<S>;
    type TlsConnect = To;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<To, io::Error> {
        Ok(To { config: self.0.clone(), host: ServerName::try_from(host.to_owned()).ok() })
    }
}

/// Makes one TLS connection, to this host.
pub(super) struct To {
    config: Option<Arc<rustls::ClientConfig>>,
    host: Option<ServerName<'static>>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for To {
    type Stream = Encrypted<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Encrypted<S>, io::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            let (Some(config), Some(host)) = (self.config, self.host) else {
                return Err(io::Error::other("the host of the URL is no name that a certificate could have"));
            };
            tokio_rustls::TlsConnector::from(config).connect(host, stream).await.map(Encrypted)
        })
    }
}

/// A TLS connection.
pub(super) struct Encrypted<S>(tokio_rustls::client::TlsStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Encrypted<S> {
    /// None: a certificate that is verified says as much.
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Encrypted<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Encrypted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_url_says_of_tls_is_taken_out_of_it() {
        let (demand, config) =
            Demand::of("postgresql://c@db.example.org/c?sslmode=verify-full&connect_timeout=3&sslrootcert=/a%20b.pem")
                .unwrap();
        assert_eq!(demand, Demand { wanted: Wanted::VerifyFull, authorities: Some("/a b.pem".into()) });
        assert_eq!(config.get_connect_timeout(), Some(&std::time::Duration::from_secs(3)));
        assert_eq!(config.get_ssl_mode(), SslMode::Require);
        let usual = Demand::of("postgresql://c@db.example.org/c").unwrap();
        assert_eq!((usual.0.wanted, usual.1.get_ssl_mode()), (Wanted::Prefer, SslMode::Prefer));
        let socket = Demand::of("postgresql://c@%2Frun%2Fpostgresql/c?sslmode=require").unwrap();
        assert_eq!((socket.0.wanted, socket.1.get_ssl_mode()), (Wanted::Disable, SslMode::Disable));
        let wrong = Demand::of("postgresql://c@db.example.org/c?sslmode=allow").unwrap_err();
        assert!(wrong.to_string().contains("verify-full"), "{wrong}");
        assert_eq!(decoded("%2fa%zz%4"), "/a%zz%4");
    }
}
