//! Starts containerd and dockerd for a test, each with all that it keeps below a folder of the test's own, and without a
//! network of containers. Both want to be root.

use super::within;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Whether daemons can be started: as root, or by sudo where that asks for no password. If not, the test says so and
/// ends, unless every program is demanded.
pub fn can_be_root() -> bool {
    let by_sudo = || {
        Command::new("sudo")
            .args(["-n", "true"])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if is_root() || by_sudo() {
        return true;
    }
    let demanded = std::env::var("PULLCHECK_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(!demanded, "daemons need root, which this user is not");
    let _ = writeln!(std::io::stderr(), "skipped: daemons need root");
    false
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}

/// A program, run as root.
fn root(program: &str) -> Command {
    let mut command = if is_root() {
        Command::new(program)
    } else {
        let mut command = Command::new("sudo");
        command.args(["-n", program]);
        command
    };
    command.stdin(Stdio::null());
    command
}

/// A daemon that ends with the test.
struct Daemon {
    child: Child,
    log: PathBuf,
    parts: Vec<PathBuf>,
}

impl Daemon {
    /// Starts it and waits until it is ready. `parts` are what it writes.
    fn start(
        command: &mut Command,
        log: PathBuf,
        parts: Vec<PathBuf>,
        ready: impl FnMut() -> bool,
    ) -> Daemon {
        let out = fs::File::create(&log).unwrap();
        let child = command
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .spawn()
            .unwrap();
        let daemon = Daemon { child, log, parts };
        assert!(
            within(Duration::from_secs(60), ready),
            "it does not start: {}",
            fs::read_to_string(&daemon.log).unwrap_or_default()
        );
        daemon
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // Asked first, so that it unmounts what it mounted.
        let _ = root("kill").arg(self.child.id().to_string()).status();
        let child = &mut self.child;
        if !within(Duration::from_secs(10), || {
            matches!(child.try_wait(), Ok(Some(_)))
        }) {
            let _ = root("kill").args(["-9", &child.id().to_string()]).status();
            let _ = child.wait();
        }
        // What it wrote is root's.
        for part in &self.parts {
            let _ = root("rm").arg("-rf").arg(part).status();
        }
    }
}

/// containerd, without the part that serves Kubernetes.
pub struct Containerd {
    _daemon: Daemon,
    socket: PathBuf,
}

impl Containerd {
    /// Starts it with everything below `folder`.
    pub fn start(folder: &Path) -> Containerd {
        let socket = folder.join("containerd.sock");
        // What one namespace holds is not there for another, and nothing is cleared away between two steps of a command:
        // an answer must come from the image alone.
        let config = format!(
            "version = 2\nroot = {:?}\nstate = {:?}\ndisabled_plugins = [\"io.containerd.grpc.v1.cri\"]\n[plugins.\"io.containerd.metadata.v1.bolt\"]\ncontent_sharing_policy = \"isolated\"\n[plugins.\"io.containerd.gc.v1.scheduler\"]\nmutation_threshold = 1000000\nschedule_delay = \"1h\"\nstartup_delay = \"1h\"\n[grpc]\naddress = {socket:?}\n",
            folder.join("containerd-root"),
            folder.join("containerd-state"),
        );
        let file = folder.join("containerd.toml");
        fs::write(&file, config).unwrap();
        let daemon = Daemon::start(
            root("containerd").arg("--config").arg(file),
            folder.join("containerd.log"),
            vec![
                folder.join("containerd-root"),
                folder.join("containerd-state"),
            ],
            || {
                ctr(&socket)
                    .arg("version")
                    .output()
                    .is_ok_and(|output| output.status.success())
            },
        );
        Containerd {
            _daemon: daemon,
            socket,
        }
    }

    /// `1.6.20`.
    pub fn version(&self) -> String {
        let said = ctr(&self.socket).arg("version").output().unwrap().stdout;
        let said = String::from_utf8_lossy(&said).into_owned();
        let server = said.split_once("Server:").unwrap().1;
        let version = server.split_once("Version:").unwrap().1;
        let version = version.split_whitespace().next().unwrap();
        let version = version.trim_start_matches('v');
        version.split(['+', '~', '-']).next().unwrap().to_string()
    }

    /// Runs ctr in a namespace; whether it succeeds and all it says.
    pub fn ctr(&self, namespace: &str, arguments: &[&str]) -> (bool, String) {
        said(
            ctr(&self.socket)
                .args(["--namespace", namespace])
                .args(arguments),
        )
    }
}

fn ctr(socket: &Path) -> Command {
    let mut command = root("ctr");
    command.arg("--address").arg(socket);
    command
}

/// Docker's daemon with its classic image store, layers as plain folders.
pub struct Dockerd {
    _daemon: Daemon,
    host: String,
    _containerd: Containerd,
}

impl Dockerd {
    /// Starts it with everything below `folder`.
    pub fn start(folder: &Path) -> Dockerd {
        let containerd = Containerd::start(folder);
        let host = format!("unix://{}", folder.join("docker.sock").display());
        // No configuration of the machine's own.
        let config = folder.join("daemon.json");
        fs::write(&config, r#"{"features":{"containerd-snapshotter":false}}"#).unwrap();
        let mut command = root("dockerd");
        command
            .args(["--iptables=false", "--ip6tables=false", "--bridge=none"])
            .arg(format!(
                "--storage-driver={}",
                std::env::var("PEERS_DRIVER").unwrap_or("vfs".into())
            ))
            .arg("--config-file")
            .arg(config)
            .arg("--data-root")
            .arg(folder.join("docker-root"))
            .arg("--exec-root")
            .arg(folder.join("docker-state"))
            .arg("--pidfile")
            .arg(folder.join("docker.pid"))
            .arg("--containerd")
            .arg(folder.join("containerd.sock"))
            .args(["--host", &host]);
        let parts = vec![folder.join("docker-root"), folder.join("docker-state")];
        let daemon = Daemon::start(&mut command, folder.join("docker.log"), parts, || {
            docker(&host)
                .arg("version")
                .output()
                .is_ok_and(|output| output.status.success())
        });
        Dockerd {
            _daemon: daemon,
            host,
            _containerd: containerd,
        }
    }

    /// `20.10.24`.
    pub fn version(&self) -> String {
        let (_, version) = self.docker(&["version", "--format", "{{.Server.Version}}"]);
        let version = version.trim();
        version.split(['+', '~', '-']).next().unwrap().to_string()
    }

    /// Runs Docker's client; whether it succeeds and all it says.
    pub fn docker(&self, arguments: &[&str]) -> (bool, String) {
        said(docker(&self.host).args(arguments))
    }
}

fn docker(host: &str) -> Command {
    let mut command = root("docker");
    command.args(["--config", "/nonexistent", "--host", host]);
    command
}

fn said(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}
