//! Real mail servers: encrypted and not, with a password and without, friendly and not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use conclave::mail::{MailSettings, PostOptions, Security, test};

use crate::common::server::Server;
use crate::common::{judge, settings};
use crate::db::Db;

const QUICK: Duration = Duration::from_secs(1);

/// A directory with these settings, and what `test` says with them.
fn try_out(name: &str, settings: &MailSettings, password: Option<&str>, to: &str) -> Result<String, String> {
    let db = Db::sqlite(name);
    db.desk(|desk| settings.save(desk, password)).unwrap();
    let directory = db.directory("pbx1");
    let options = PostOptions { patience: QUICK * 5, ..PostOptions::default() };
    let said = test(&directory, &options, to);
    directory.stop();
    said
}

#[test]
fn each_kind_of_server_takes_mail() {
    for (way, security, signs_in) in [
        ("plain", Security::None, false),
        ("plain-auth", Security::None, true),
        ("login-auth", Security::None, true),
        ("starttls", Security::StartTls, false),
        ("starttls-auth", Security::StartTls, true),
        ("tls", Security::Tls, false),
        ("tls-auth", Security::Tls, true),
    ] {
        let server = Server::start(way);
        let user = if signs_in { "conclave" } else { "" };
        let authorities = if security == Security::None { String::new() } else { server.authority() };
        let set = MailSettings { port: Some(server.port), security, authorities, user: user.into(), ..settings() };
        let password = signs_in.then_some("s3cret ä");
        let said = try_out(way, &set, password, "ada@example.org").unwrap_or_else(|why| panic!("{way}: {why}"));
        assert!(said.contains("250") && said.contains("Kept as 1"), "{way}: {said}");
        let got = &server.got(1)[0];
        assert_eq!((&got["from"], &got["to"][0]), (&"conference@example.org".into(), &"ada@example.org".into()));
        assert_eq!(
            (&got["signed_in"], &got["encrypted"]),
            (&signs_in.into(), &(security != Security::None).into()),
            "{way}"
        );
        let read = &judge(&server.files())[0];
        assert_eq!(read["text"], "This mail was sent to see whether mail works. It does.\n");
    }
}

#[test]
fn what_goes_wrong_is_said_in_words() {
    let (plain, signed, tls) = (Server::start("plain"), Server::start("plain-auth"), Server::start("starttls"));
    let at = |server: &Server| MailSettings { port: Some(server.port), ..settings() };
    let wrong = |name: &str, settings: MailSettings, password: Option<&str>, to: &str, words: &[&str]| {
        let said = try_out(name, &settings, password, to).unwrap_err();
        assert!(words.iter().all(|word| said.contains(word)), "{name}: {said}");
        assert!(!said.contains("s3cret"), "{said}");
    };
    wrong("later", at(&plain), None, "later@example.org", &["refuses the recipient", "451", "Greylisted"]);
    wrong("nobody", at(&plain), None, "nobody@example.org", &["550", "No such user"]);
    wrong("none", at(&plain), None, "nonsense", &["'nonsense' is no address"]);
    wrong("unsigned", at(&signed), None, "ada@example.org", &["530"]);
    let user = MailSettings { user: "conclave".into(), ..at(&signed) };
    wrong("password", user, Some("s3cret"), "ada@example.org", &["the user and the password", "535"]);
    let encrypted = MailSettings { security: Security::StartTls, authorities: tls.authority(), ..at(&plain) };
    wrong("offers", encrypted, None, "ada@example.org", &["does not offer encryption"]);
    // A certificate of nobody's that counts, and one for another name.
    let unknown = MailSettings { security: Security::StartTls, ..at(&tls) };
    wrong("unknown", unknown.clone(), None, "ada@example.org", &["no encryption", "certificate"]);
    let other = MailSettings { server: "127.0.0.2".into(), ..unknown };
    let refused = try_out("closed", &other, None, "ada@example.org").unwrap_err();
    assert!(refused.contains("cannot be reached"), "{refused}");
    assert!(plain.files().is_empty() && signed.files().is_empty() && tls.files().is_empty());
}

#[test]
fn a_certificate_for_another_name_is_not_believed() {
    let server = Server::start("tls");
    // The same server by a name that its certificate does not have.
    let listener = TcpListener::bind("127.0.0.3:0").unwrap();
    let (port, target) = (listener.local_addr().unwrap().port(), server.port);
    thread::spawn(move || {
        for near in listener.incoming().map_while(Result::ok) {
            let far = TcpStream::connect(("127.0.0.1", target)).unwrap();
            for (mut from, mut to) in [(near.try_clone().unwrap(), far.try_clone().unwrap()), (far, near)] {
                thread::spawn(move || std::io::copy(&mut from, &mut to));
            }
        }
    });
    let set = MailSettings {
        server: "127.0.0.3".into(),
        port: Some(port),
        security: Security::Tls,
        authorities: server.authority(),
        ..settings()
    };
    let said = try_out("name", &set, None, "ada@example.org").unwrap_err();
    assert!(said.contains("no encryption") && said.contains("not valid for"), "{said}");
    assert!(server.files().is_empty());
}

/// Accepts one connection after the other, and does this with each.
fn listen(does: impl Fn(TcpStream) + Send + 'static) -> MailSettings {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = Some(listener.local_addr().unwrap().port());
    thread::spawn(move || listener.incoming().map_while(Result::ok).for_each(does));
    MailSettings { port, ..settings() }
}

#[test]
fn a_server_that_says_nothing_or_nonsense_or_never_ends_is_given_up_in_time() {
    let silent = listen(std::mem::forget);
    let other = listen(|mut stream| _ = stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n"));
    let drips = listen(|mut stream| {
        while stream.write_all(b"2").is_ok() {
            thread::sleep(Duration::from_millis(20));
        }
    });
    let floods = listen(|mut stream| while stream.write_all(&[b'2'; 4096]).is_ok() {});
    let closes = listen(drop);
    // Says something behind STARTTLS that whoever listens between might have put there.
    let smuggles = listen(|mut stream| {
        let _ = stream.write_all(b"220 x\r\n");
        let mut bytes = [0; 100];
        let _ = stream.read(&mut bytes);
        let _ = stream.write_all(b"250-x\r\n250 STARTTLS\r\n");
        let _ = stream.read(&mut bytes);
        let _ = stream.write_all(b"220 go\r\n250 smuggled\r\n");
        thread::sleep(Duration::from_secs(2));
    });
    let smuggles = MailSettings { security: Security::StartTls, ..smuggles };
    for (name, set, words) in [
        ("silent", silent, "did not answer within 1 s"),
        ("other", other, "does not speak SMTP"),
        ("drips", drips, "did not answer within 1 s"),
        ("floods", floods, "has no end"),
        ("closes", closes, "closed"),
        ("smuggles", smuggles, "before it was encrypted"),
    ] {
        let db = Db::sqlite(name);
        db.desk(|desk| set.save(desk, None)).unwrap();
        let directory = db.directory("pbx1");
        let begun = Instant::now();
        let options = PostOptions { patience: QUICK, ..PostOptions::default() };
        let said = test(&directory, &options, "ada@example.org").unwrap_err();
        assert!(said.contains(words) || name == "closes" && said.contains("reset"), "{name}: {said}");
        assert!(begun.elapsed() < QUICK * 4, "{name}: {:?}", begun.elapsed());
        directory.stop();
    }
}

#[test]
fn without_settings_it_says_what_to_do() {
    let said = try_out("off", &MailSettings::default(), None, "ada@example.org").unwrap_err();
    assert!(said.contains("mail is off"), "{said}");
}
