//! `kill -9` in the middle of writing.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use conclave::directory::*;
use conclave_rig::Folder;
use jiff::Timestamp;

use crate::common::{PATIENCE, meeting, on_each, until, visit};

const ROLE: &str = "CONCLAVE_WRITES_DIRECTORY";

#[test]
fn what_was_confirmed_is_there_and_what_was_not_is_there_wholly_or_not_at_all() {
    if let Ok(role) = env::var(ROLE) {
        write_until_killed(&role);
    }
    on_each("killed", |db| {
        let ada = db.account("ada", None);
        for lifetime in [150, 320, 470] {
            let folder = Folder::new("killed-progress");
            let place = match &db.place {
                Place::File(path) => path.display().to_string(),
                Place::Server(url) => url.clone(),
            };
            let role = format!("{}\n{place}\n{}", folder.display(), ada.0);
            let mut child = Command::new(env::current_exe().unwrap())
                .args(["--exact", "killed::what_was_confirmed_is_there_and_what_was_not_is_there_wholly_or_not_at_all"])
                .env(ROLE, role)
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            until("the child writes", || progress(&folder) >= 5);
            std::thread::sleep(Duration::from_millis(lifetime));
            child.kill().unwrap();
            assert!(!child.wait().unwrap().success());

            let confirmed = progress(&folder);
            let all = db.desk(|desk| desk.conferences(&Filter::default())).unwrap();
            let mine: Vec<_> = all
                .into_iter()
                .filter(|listed| listed.conference.details.tag == folder.display().to_string())
                .collect();
            assert!(mine.len() >= confirmed, "{} of {confirmed} confirmed", mine.len());
            assert!(mine.len() <= confirmed + 1, "{} of {confirmed} confirmed", mine.len());
            for Listed { conference, .. } in &mine {
                assert!(conference.codes.is_some() && conference.details.settings.len() == 3, "{conference:?}");
            }

            // Who was there when the PBX was killed is there no longer, as of when it was last seen.
            let open = || {
                let all = db.desk(|desk| desk.visits(&VisitFilter::default(), 0, 1000)).unwrap();
                all.into_iter().filter(|visit| visit.went.is_none()).count()
            };
            assert!(open() > 0);
            let directory = db.directory("killed");
            until("visits are ended", || open() == 0);
            directory.stop();
            let all = db.desk(|desk| desk.visits(&VisitFilter::default(), 0, 1000)).unwrap();
            for visit in all {
                assert_eq!(visit.result.as_deref(), Some(PastVisit::LOST));
                let stay = visit.went.unwrap().duration_since(visit.came);
                assert!(stay.as_secs() >= 0 && stay.as_secs() < 60, "{visit:?}");
                assert!(visit.cost.is_some());
            }
        }
    });
}

/// How many conferences the child was told that it made.
fn progress(folder: &Path) -> usize {
    fs::read_to_string(folder.join("progress")).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

fn write_until_killed(role: &str) -> ! {
    let [folder, place, owner] = role.split('\n').collect::<Vec<_>>().try_into().unwrap();
    let place = if place.starts_with('/') { Place::File(place.into()) } else { Place::Server(place.into()) };
    let owner = AccountId(owner.parse().unwrap());
    let settings = Settings { patience: PATIENCE, ..Settings::new(place, "killed") };
    let directory = Directory::start(settings, Arc::new(NoChecks), |_| {}).unwrap();
    for made in 1.. {
        directory
            .came(made, Visit { came: Timestamp::now(), ..visit(Some(owner), None, "201", "2026-11-21T12:00:00Z") });
        let settings = ["quiet", "lobby", "arrivals"].map(|name| (name.to_owned(), "no".to_owned())).to_vec();
        let details = Details { tag: folder.into(), settings, ..meeting(owner, "Board") };
        directory.wait(Access::Write, move |desk| desk.create_conference(&details, AccountRole::Owner)).unwrap();
        fs::write(format!("{folder}/new"), made.to_string()).unwrap();
        fs::rename(format!("{folder}/new"), format!("{folder}/progress")).unwrap();
    }
    unreachable!()
}
