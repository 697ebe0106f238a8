//! A PostgreSQL of the tests' own, from Debian's package: made anew for each test program, as nobody in particular, on the
//! loopback, and gone with the program, however that ends.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use conclave_rig::Folder;

/// A server.
pub struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    pub port: u16,
    user: Option<u32>,
    /// Stops the server when its input ends.
    keeper: Option<Child>,
}

/// The URL of a new, empty database of the server that all tests share; `None`, once told, if there is no PostgreSQL.
pub fn database(name: &str) -> Option<String> {
    static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = SHARED.get_or_init(|| Cluster::start("shared")).as_ref()?;
    Some(cluster.database(name))
}

impl Cluster {
    /// Makes and starts one.
    pub fn start(name: &str) -> Option<Cluster> {
        Cluster::start_with(name, "", |_| {})
    }

    /// The same with these lines of postgresql.conf, after `prepare` has put files into its folder of data.
    pub fn start_with(name: &str, settings: &str, prepare: impl FnOnce(&Path)) -> Option<Cluster> {
        let Some(bin) = installed() else {
            // Past the harness, which shows only what failing tests say.
            let _ = writeln!(
                std::io::stderr().lock(),
                "SKIPPED on PostgreSQL: its server is not installed (Debian: apt-get install postgresql)"
            );
            return None;
        };
        let is_root = fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
        let user = is_root.then_some(NOBODY);
        let folder = std::mem::ManuallyDrop::new(Folder::new(&format!("postgres-{name}"))).to_path_buf();
        let folder = if reaches(&folder, user) { folder } else { elsewhere(folder, name) };
        if let Some(user) = user {
            std::os::unix::fs::chown(&folder, Some(user), Some(user)).unwrap();
        }
        let mut cluster = Cluster { bin, folder, port: free_port(), user, keeper: None };
        let data = cluster.folder.join("data");
        let made = cluster
            .command("initdb")
            .args(["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        prepare(&data);
        let mut written = fs::OpenOptions::new().append(true).open(data.join("postgresql.conf")).unwrap();
        writeln!(written, "{settings}").unwrap();
        if let Some(user) = user {
            for file in fs::read_dir(&data).unwrap() {
                std::os::unix::fs::chown(file.unwrap().path(), Some(user), Some(user)).unwrap();
            }
        }
        cluster.run();
        Some(cluster)
    }

    /// Starts the server, and waits until it answers.
    pub fn run(&mut self) {
        let script = "$3 \"$0\" -D \"$1/data\" -p \"$2\" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
                      -c fsync=off -c max_connections=200 -c log_min_messages=fatal </dev/null & \
                      echo $! >\"$1/pid\"; cat >/dev/null; kill -INT $! 2>/dev/null; wait; \
                      [ -e \"$1/keep\" ] || rm -rf \"$1\"";
        let user = self.user.map(|user| format!("setpriv --reuid={user} --regid={user} --clear-groups"));
        let mut keeper = Command::new("sh");
        keeper.args(["-c", script]).arg(self.bin.join("postgres")).arg(&self.folder).arg(self.port.to_string());
        keeper.arg(user.unwrap_or_default()).current_dir(&self.folder);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
        self.keeper = Some(keeper.spawn().unwrap());
        let patience = Instant::now() + Duration::from_secs(60);
        while !self
            .command("pg_isready")
            .args(["-q", "-h", "127.0.0.1", "-p"])
            .arg(self.port.to_string())
            .status()
            .unwrap()
            .success()
        {
            assert!(Instant::now() < patience, "PostgreSQL does not start; see {}", self.folder.display());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops the server as a crash would: at once, and without telling anybody.
    pub fn kill(&mut self) {
        fs::write(self.folder.join("keep"), "").unwrap();
        let pid = fs::read_to_string(self.folder.join("pid")).unwrap();
        assert!(Command::new("kill").args(["-QUIT", pid.trim()]).status().unwrap().success());
        self.end();
        fs::remove_file(self.folder.join("keep")).unwrap();
        let _ = fs::remove_file(self.folder.join("data/postmaster.pid"));
    }

    fn end(&mut self) {
        if let Some(mut keeper) = self.keeper.take() {
            drop(keeper.stdin.take());
            keeper.wait().unwrap();
        }
    }

    /// The URL of a new, empty database.
    pub fn database(&self, name: &str) -> String {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
        let name = format!("{name}_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let port = self.port.to_string();
        let made =
            self.command("createdb").args(["-h", "127.0.0.1", "-U", "postgres", "-p", &port, &name]).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        format!("postgresql://postgres@127.0.0.1:{port}/{name}")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.bin.join(program));
        self.owned(&mut command);
        command
    }

    fn owned<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.current_dir(&self.folder);
        match self.user {
            Some(user) => command.uid(user).gid(user),
            None => command,
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.end();
    }
}

/// The newest server that is installed.
fn installed() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let bins = versions.filter_map(|version| Some(version.ok()?.path().join("bin")));
    bins.filter(|bin| bin.join("postgres").exists() && bin.join("initdb").exists()).max()
}

/// Whether this user comes into the folder.
fn reaches(folder: &Path, user: Option<u32>) -> bool {
    let Some(user) = user else { return true };
    Command::new("test").arg("-x").arg(folder).uid(user).gid(user).status().is_ok_and(|status| status.success())
}

fn elsewhere(folder: PathBuf, name: &str) -> PathBuf {
    fs::remove_dir(folder).unwrap();
    let folder = std::env::temp_dir().join(format!("conclave-postgres-{name}-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The server does not run as root. Debian's number for nobody.
const NOBODY: u32 = 65_534;
