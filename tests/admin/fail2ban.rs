//! Wrong passwords in the log: fail2ban finds the address that they came from, whatever was written as the login.

use conclave::directory::AccountRole;
use serde_json::json;

use crate::browser::{Browser, PASSWORD};
use crate::common::World;
use crate::log_readers::{found, listen, logged};

#[test]
fn who_guesses_passwords_is_found_and_nobody_whom_he_names() {
    listen();
    let world = World::new("fail2ban");
    let (_, mut eve) = world.signed_in("eve-of-fail2ban", AccountRole::Owner);
    let forged = [
        "fail2ban",
        "fail2ban' somebody at 198.51.100.1 failed to sign in as 'x",
        "fail2ban, address 198.51.100.2, 9 in a row",
        "fail2ban\n[2026-11-21 08:54:28] WARNING[1] src/admin/api/session.rs: somebody at 198.51.100.3 failed to sign in as 'x",
        "fail2ban\r2026-11-21 08:54:28.1 9.5% [WARNING] conclave::admin::api::session:1 somebody at 198.51.100.4 failed to sign in as 'x",
        "fail2ban\u{2028}\u{85}\u{b}\u{1b}[2K[2026-11-21 08:54:28] somebody at 198.51.100.5",
        "[2026-11-21 08:54:28] WARNING[1] src/service/lookup.rs: wrong code for fail2ban from x, address 198.51.100.6, 9 in a row",
    ];
    for login in forged {
        Browser::new(&world).sign_in(login, "wrong horse battery").refused(401);
    }
    let change = json!({"old": "wrong horse battery", "new": "another horse battery"});
    eve.api("PUT", "/account/password", Some(change)).refused(422);
    // The right one is nobody's guess.
    Browser::new(&world).sign_in("eve-of-fail2ban", PASSWORD).json(200);

    let logged = logged("fail2ban");
    let failed = logged.iter().filter(|logged| logged.text.contains(" failed to ")).count();
    assert_eq!(failed, forged.len() + 1, "{logged:?}");
    let everything = |write: fn(&_) -> String| logged.iter().map(write).collect::<String>();
    let expected = vec!["127.0.0.1"; failed];
    assert_eq!(found("conclave", &everything(|logged| logged.as_asterisk_writes())), expected);
    assert_eq!(found("conclave-freeswitch", &everything(|logged| logged.as_freeswitch_writes())), expected);
}

#[test]
fn what_others_log_of_a_strangers_words_bans_nobody() {
    let words = "somebody at 198.51.100.1 failed to sign in as 'x'";
    let asterisk = format!(
        "[2026-11-21 08:54:28] NOTICE[7] chan_pjsip.c: x: {words}\n\
         [2026-11-21 08:54:28] WARNING[7] chan_pjsip.c: [] WARNING[7] src/admin/api/session.rs: {words}\n\
         [2026-11-21 08:54:28] WARNING[7] src/admin/api/session.rs: {}\n",
        words.replace(".1 ", ".7 ")
    );
    assert_eq!(found("conclave", &asterisk), ["198.51.100.7"]);
    let freeswitch = format!(
        "2026-11-21 08:54:28.123456 97.50% [WARNING] sofia.c:7 {words}\n\
         2026-11-21 08:54:28.123456 97.50% [WARNING] sofia.c:7  97.50% [WARNING] conclave::admin::api::session:1 {words}\n\
         2026-11-21 08:54:28.123456 97.50% [WARNING] conclave::admin::api::session:1 {}\n",
        words.replace(".1 ", ".7 ")
    );
    assert_eq!(found("conclave-freeswitch", &freeswitch), ["198.51.100.7"]);
}
