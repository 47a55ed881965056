//! Runs programs for the tests: the command line tool itself, and the real programs that it is compared with.
#![allow(dead_code)] // each test binary uses its own part

pub mod artifacts;
pub mod daemons;
pub mod shelf;

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// A folder that goes away with the test.
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new folder with `word` in its name.
    pub fn new(word: &str) -> Scratch {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let process = std::process::id();
        let path = std::env::temp_dir().join(format!("pullcheck-test-{word}-{process}-{number}"));
        fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Whether a program is there. Without it the test says so and ends, unless every program is demanded.
pub fn have(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if std::env::split_paths(&path).any(|folder| folder.join(program).is_file()) {
        return true;
    }
    let demanded = std::env::var("PULLCHECK_REQUIRE_PEERS").is_ok_and(|value| value == "1");
    assert!(!demanded, "no {program} on this machine");
    // Past the capture of the test runner, so that it is seen in every run.
    let _ = writeln!(std::io::stderr(), "skipped: no {program} on this machine");
    false
}

/// Whether a program succeeds in `folder`, and all it says.
pub fn output(program: &str, folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

/// Whether every piece of an error, an ellipsis standing between them, is in a text in this order.
pub fn says(text: &str, error: &str) -> bool {
    let mut rest = text;
    error.split('…').all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

/// Runs a program that has to succeed; gives what it says.
pub fn ok(program: &str, folder: &Path, arguments: &[&str]) -> String {
    let (success, said) = output(program, folder, arguments);
    assert!(success, "{program} {arguments:?}: {said}");
    said
}

/// Runs skopeo without a policy file.
pub fn skopeo(folder: &Path, arguments: &[&str]) {
    let mut all = vec!["--insecure-policy"];
    all.extend(arguments);
    ok("skopeo", folder, &all);
}

/// Runs buildah with its storage below `folder`.
pub fn buildah(folder: &Path, arguments: &[&str]) -> String {
    let (root, run) = (folder.join("root"), folder.join("run"));
    let mut all = vec![
        "--root",
        root.to_str().unwrap(),
        "--runroot",
        run.to_str().unwrap(),
        "--storage-driver",
        "vfs",
    ];
    all.extend(arguments);
    ok("buildah", folder, &all)
}

/// Writes files below `folder`.
pub fn write_folder(folder: &Path, items: &[(String, Vec<u8>)]) {
    fs::create_dir_all(folder).unwrap();
    for (path, bytes) in items {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// What the command line tool did.
#[derive(Debug)]
pub struct Run {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// The command line tool in `folder`, its environment free of languages and colours.
pub fn tool(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pullcheck"));
    command.current_dir(folder).stdin(Stdio::null());
    for name in [
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
        "NO_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "FORCE_HYPERLINK",
        "PULLCHECK_SITE",
    ] {
        command.env_remove(name);
    }
    command
}

/// Runs the command line tool.
pub fn pullcheck(folder: &Path, arguments: &[&str]) -> Run {
    finish(tool(folder).args(arguments).output().unwrap())
}

/// Runs the command line tool with something on its standard input.
pub fn pullcheck_fed(folder: &Path, arguments: &[&str], input: &[u8]) -> Run {
    let mut child = tool(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    finish(child.wait_with_output().unwrap())
}

fn finish(output: std::process::Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// `pullcheck check … --format json`: exit code and report.
pub fn check(folder: &Path, arguments: &[&str]) -> (i32, Value) {
    let mut all = vec!["check", "--format", "json"];
    all.extend(arguments);
    let run = pullcheck(folder, &all);
    let report = serde_json::from_str(&run.out)
        .unwrap_or_else(|error| panic!("{arguments:?}: {error}: {}{}", run.out, run.err));
    (run.code, report)
}

/// A registry on the loopback interface that goes away with the test.
pub struct Registry {
    child: Child,
    address: String,
}

impl Registry {
    /// Starts one with its storage below `folder`.
    pub fn start(folder: &Path) -> Registry {
        let storage = folder.join("registry");
        let config = format!(
            "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: {}\nhttp:\n  addr: 127.0.0.1:0\n",
            storage.display()
        );
        fs::write(folder.join("registry.yml"), config).unwrap();
        let mut child = Command::new("docker-registry")
            .args(["serve", "registry.yml"])
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        let (sender, receiver) = std::sync::mpsc::channel();
        // Reads on to the end, so that the registry never waits for its log to be read.
        std::thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if let Some((_, rest)) = line.split_once("listening on ") {
                    let address = rest.split(['"', ' ']).next().unwrap_or_default();
                    let _ = sender.send(address.to_string());
                }
            }
        });
        let address = receiver.recv_timeout(Duration::from_secs(30));
        let Ok(address) = address else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("the registry did not say where it listens");
        };
        Registry { child, address }
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something holds, at most this long; gives whether it does.
pub fn within(limit: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}
