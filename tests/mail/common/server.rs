//! Real mail servers on the loopback.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::python;
use crate::db::until;
use conclave_rig::Folder;

/// A server that keeps what it gets. Its certificate is for 127.0.0.1 and localhost, signed by [`authority`](Self::authority).
pub struct Server {
    pub port: u16,
    folder: Folder,
    way: String,
    child: Option<Child>,
}

impl Server {
    /// `plain`, `tls`, `starttls`, and each with `-auth`: whoever does not sign in is refused.
    pub fn start(way: &str) -> Server {
        let folder = Folder::new("mail-server");
        certificates(&folder);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut server = Server { port, folder, way: way.into(), child: None };
        server.run();
        server
    }

    /// Starts it, again after a stop.
    pub fn run(&mut self) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail/server.py");
        let mut command = python();
        command.arg(script).arg(&*self.folder).arg(&self.way).arg(self.port.to_string());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n");
        self.child = Some(child);
    }

    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// The certificate of whoever signed the server's.
    pub fn authority(&self) -> String {
        std::fs::read_to_string(self.folder.join("authority.pem")).unwrap()
    }

    /// The mails that came, as files.
    pub fn files(&self) -> Vec<PathBuf> {
        let all = std::fs::read_dir(&*self.folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<PathBuf> = all.filter(|path| path.extension().is_some_and(|ext| ext == "eml")).collect();
        files.sort();
        files
    }

    /// Waits for so many mails; their envelopes.
    pub fn got(&self, count: usize) -> Vec<Value> {
        until("the mails are there", || self.files().len() >= count);
        assert_eq!(self.files().len(), count);
        let read = |path: PathBuf| std::fs::read(path.with_extension("to")).unwrap();
        self.files().into_iter().map(|path| serde_json::from_slice(&read(path)).unwrap()).collect()
    }

    /// All recipients of what came, sorted.
    pub fn recipients(&self) -> Vec<String> {
        let read = |path: PathBuf| -> Value {
            serde_json::from_slice(&std::fs::read(path.with_extension("to")).unwrap()).unwrap()
        };
        let mut all: Vec<String> =
            self.files().into_iter().map(|path| read(path)["to"][0].as_str().unwrap().to_owned()).collect();
        all.sort();
        all
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An authority, and a certificate of its making: authority.pem, server.pem and server.key.
fn certificates(folder: &Path) {
    let openssl = |arguments: &str| {
        let made = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    openssl(&format!("req -x509 {key} -keyout authority.key -out authority.pem -days 30 -subj /CN=Authority"));
    openssl(&format!("req {key} -keyout server.key -out server.csr -subj /CN=localhost"));
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n")
        .unwrap();
    openssl(
        "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 30 -extfile names -out server.pem",
    );
}
