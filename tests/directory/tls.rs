//! TLS with PostgreSQL, as the URL's `sslmode` wants it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use conclave::directory::*;
use conclave_rig::Folder;

use crate::common::cluster::Cluster;
use crate::common::proxy::Proxy;
use crate::common::{PATIENCE, number};

/// An authority of the tests' own, and what it signed for a server called `localhost`.
fn certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let made = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    for authority in ["authority", "stranger"] {
        let name = format!("-keyout {authority}.key -out {authority}.pem -days 30 -subj /CN={authority}");
        openssl(&format!("req -x509 {key} {name}"));
    }
    openssl(&format!("req {key} -keyout server.key -out server.csr -subj /CN=localhost"));
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost\nextendedKeyUsage=serverAuth\n").unwrap();
    openssl(
        "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 30 -extfile names -out server.pem",
    );
}

/// Whether the connection is encrypted, or why there is none.
fn encrypted(url: &str) -> Result<bool, Fault> {
    let quiet: OnNews = Arc::new(|_| {});
    let mut store = Place::Server(url.to_owned()).open(PATIENCE, &quiet)?;
    store.begin(Access::Read).unwrap();
    let rows = store.rows("SELECT CAST(ssl AS TEXT) FROM pg_stat_ssl WHERE pid = pg_backend_pid()", &[]).unwrap();
    store.roll_back();
    Ok(rows[0].text(0).unwrap() == Some("true"))
}

#[test]
fn each_mode_means_what_it_means_to_libpq() {
    let folder = Folder::new("tls");
    certificates(&folder);
    let keys = folder.to_owned();
    let settings = "ssl=on\nssl_cert_file='server.pem'\nssl_key_file='server.key'";
    let with = Cluster::start_with("tls", settings, |data| {
        for file in ["server.pem", "server.key"] {
            fs::copy(keys.join(file), data.join(file)).unwrap();
            fs::set_permissions(data.join(file), fs::Permissions::from_mode(0o600)).unwrap();
        }
    });
    let Some(with) = with else { return };
    let without = Cluster::start("plain").unwrap();
    let by_name = with.database("tls").replace("127.0.0.1", "localhost");
    let by_address = by_name.replace("localhost", "127.0.0.1");
    let plain = without.database("plain");
    let root = |name: &str| format!("&sslrootcert={}", folder.join(name).display().to_string().replace(' ', "%20"));
    let (authority, stranger) = (root("authority.pem"), root("stranger.pem"));

    for (url, mode, roots, outcome) in [
        (&by_name, "", "", Ok(true)),
        (&by_name, "disable", "", Ok(false)),
        (&by_name, "prefer", "", Ok(true)),
        (&by_address, "require", "", Ok(true)),
        (&by_address, "require", &*authority, Ok(true)),
        (&by_address, "require", &*stranger, Err("certificate")),
        (&by_address, "verify-ca", &*authority, Ok(true)),
        (&by_name, "verify-ca", &*stranger, Err("certificate")),
        (&by_name, "verify-full", &*authority, Ok(true)),
        (&by_name, "verify-full", &*stranger, Err("certificate")),
        (&by_address, "verify-full", &*authority, Err("not valid for")),
        // The machine does not know that authority.
        (&by_name, "verify-full", "&sslrootcert=system", Err("")),
        (&by_name, "verify-ca", "", Err("")),
        (&plain, "", "", Ok(false)),
        (&plain, "prefer", "", Ok(false)),
        (&plain, "require", "", Err("does not support TLS")),
        (&plain, "verify-full", &*authority, Err("does not support TLS")),
    ] {
        let mode_part = if mode.is_empty() { String::new() } else { format!("?sslmode={mode}") };
        let got = encrypted(&format!("{url}{mode_part}{roots}"));
        match (&got, outcome) {
            (Ok(got), Ok(wanted)) => assert_eq!(*got, wanted, "{mode}{roots}"),
            (Err(fault), Err(words)) => assert!(fault.to_string().contains(words), "{mode}{roots}: {fault}"),
            _ => panic!("{mode}{roots}: {got:?}"),
        }
    }

    // The whole directory, with news through the same connection, and one that is made anew.
    let proxy = Proxy::to(with.port);
    let url = by_name.replace(&format!(":{}/", with.port), &format!(":{}/", proxy.port));
    let (sender, changes) = std::sync::mpsc::channel();
    let place = Place::Server(format!("{url}?sslmode=verify-full{authority}"));
    let directory =
        Directory::start(Settings::new(place, "pbx1"), Arc::new(NoChecks), move |change| _ = sender.send(change))
            .unwrap();
    assert_eq!(changes.recv_timeout(PATIENCE), Ok(Change::Everything));
    for access in ["800", "801"] {
        let done = directory.wait(Access::Write, move |desk| desk.add_access_number(&number(access)));
        assert_eq!(done, Ok(()));
        assert_eq!(changes.recv_timeout(PATIENCE), Ok(Change::Settings));
        proxy.set(crate::common::proxy::Way::Cut);
        proxy.set(crate::common::proxy::Way::Open);
        while changes.recv_timeout(PATIENCE).unwrap() != Change::Everything {}
    }
    directory.stop();
}
