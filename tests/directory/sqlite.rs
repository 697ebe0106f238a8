//! The file of SQLite's.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use conclave::directory::{Access, Place};
use conclave_rig::Folder;

use crate::common::{Db, meeting, until};

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[test]
fn it_is_for_its_owner_only_from_the_beginning() {
    let db = Db::sqlite("mode");
    let store = db.store();
    let with = |ending: &str| format!("{}{ending}", db.path().display()).into();
    let files: [std::path::PathBuf; 3] = ["", "-wal", "-shm"].map(with);
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    drop(store);
    // One that was copied with other rights is taken back.
    fs::set_permissions(db.path(), fs::Permissions::from_mode(0o644)).unwrap();
    let _store = db.store();
    assert_eq!(mode(&db.path()), 0o600);
}

#[test]
fn its_folder_is_made_and_no_more_than_that() {
    let folder = Folder::new("folders");
    let quiet: conclave::directory::OnNews = std::sync::Arc::new(|_| {});
    let open = |path: &str| Place::File(folder.join(path)).open(crate::common::PATIENCE, &quiet).map(drop);
    open("conclave/directory.db").unwrap();
    assert_eq!(mode(&folder.join("conclave")) & 0o027, 0);
    let fault = open("missing/conclave/directory.db").unwrap_err();
    assert!(fault.to_string().contains("cannot be opened"), "{fault}");
}

#[test]
fn a_backup_that_is_put_in_its_place_is_seen() {
    let db = Db::sqlite("backup");
    let ada = db.account("ada", None);
    let backup = db.path().with_extension("backup");
    fs::copy(db.path(), &backup).unwrap();
    let directory = db.directory("pbx1");
    directory
        .wait(Access::Write, move |desk| {
            desk.create_conference(&meeting(ada, "Board"), conclave::directory::AccountRole::Owner)
        })
        .unwrap();
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{ending}", db.path().display()));
    }
    fs::rename(backup, db.path()).unwrap();
    let count = || directory.wait(Access::Read, |desk| desk.conferences(&Default::default())).map(|all| all.len());
    until("the backup is seen", || count() == Ok(0));
    directory
        .wait(Access::Write, move |desk| {
            desk.create_conference(&meeting(ada, "Sales"), conclave::directory::AccountRole::Owner)
        })
        .unwrap();
    directory.stop();
    assert_eq!(db.desk(|desk| desk.conferences(&Default::default())).unwrap().len(), 1);
}

#[test]
fn a_place_is_a_path_or_a_url() {
    assert_eq!(
        Place::parse("/var/lib/conclave/directory.db"),
        Ok(Place::File("/var/lib/conclave/directory.db".into()))
    );
    assert!(Place::parse("directory.db").unwrap_err().contains("whole path"));
    let server = Place::parse("postgresql://conclave:secret@db.example.org:5433/conclave?sslpassword=hidden").unwrap();
    for shown in [server.to_string(), format!("{server:?}")] {
        assert_eq!(shown, "postgresql://db.example.org:5433/conclave");
    }
    let settings = conclave::directory::Settings::new(Place::parse("postgres://a:secret@b/c").unwrap(), "pbx1");
    assert!(!format!("{settings:?}").contains("secret"));
}
