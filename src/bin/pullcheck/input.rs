//! Turns what was named on the command line into what a session takes: a file, a folder, several files, standard
//! input. It looks at names and kinds of files only, and leaves their content to the core.

use crate::file::{Failures, FileSource, NotFollowed, SharedSource};
use crate::stdin;
use pullcheck::limits;
use pullcheck::report::{Coverage, Packaging};
use pullcheck::session::{Given, GivenFile};
use pullcheck::text::{Phrase, say};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An input, ready to be read.
pub struct Input {
    /// File or folder name, or a word for pasted text.
    pub name: String,
    /// How it was given.
    pub packaging: Packaging,
    /// Its files: path and content.
    pub files: Vec<(String, SharedSource)>,
    /// What the walk of a folder left out, and why.
    pub left_out: Vec<Coverage>,
    /// What goes wrong while reading.
    pub failures: Failures,
}

impl Input {
    /// An input of these files.
    pub fn of(
        name: String,
        packaging: Packaging,
        files: Vec<(String, SharedSource)>,
        failures: Failures,
    ) -> Input {
        Input {
            name,
            packaging,
            files,
            left_out: Vec::new(),
            failures,
        }
    }

    /// What a session takes. The files are shared with it.
    pub fn given(&self) -> Given {
        let files = self.files.iter().map(|(path, source)| GivenFile {
            path: path.clone(),
            source: Box::new(Arc::clone(source)),
        });
        Given {
            name: self.name.clone(),
            packaging: self.packaging,
            files: files.collect(),
        }
    }
}

/// Opens what was named. The error is a sentence for the person who named it.
pub fn open(named: &[PathBuf]) -> Result<Input, Phrase> {
    match named {
        [only] if only.as_os_str() == "-" => {
            stdin::spool(io::stdin().lock(), "stdin").map_err(|error| cannot_read("stdin", &error))
        }
        [only] => open_one(only).map_err(|error| cannot_read(&only.display().to_string(), &error)),
        several => open_several(several),
    }
}

fn cannot_read(name: &str, error: &io::Error) -> Phrase {
    say("Cannot read {name}: {error}.", "无法读取 {name}：{error}。")
        .code("name", name)
        .name("error", error.to_string())
}

fn open_one(path: &Path) -> io::Result<Input> {
    let kind = fs::metadata(path)?;
    if kind.is_dir() {
        return open_folder(path);
    }
    let file = File::open(path)?;
    let name = base_name(path);
    if !kind.is_file() {
        // A pipe such as `<(…)` gives or `/dev/stdin`: it can be read once, from front to back.
        return stdin::spool(file, &name);
    }
    let failures = Failures::default();
    let length = file.metadata()?.len();
    let source = FileSource::opened(file, path.to_path_buf(), length, failures.clone());
    let files: Vec<(String, SharedSource)> = vec![(name.clone(), Arc::new(source))];
    Ok(Input::of(name, Packaging::File, files, failures))
}

fn open_several(named: &[PathBuf]) -> Result<Input, Phrase> {
    let failures = Failures::default();
    let mut files: Vec<(String, SharedSource)> = Vec::new();
    for path in named {
        let shown = path.display().to_string();
        let kind = fs::metadata(path).map_err(|error| cannot_read(&shown, &error))?;
        if !kind.is_file() {
            return Err(say(
                "{name} is not a file. Give one folder, or several files that belong together.",
                "{name} 不是文件。请给出一个文件夹，或同属一组的多个文件。",
            )
            .code("name", shown));
        }
        File::open(path).map_err(|error| cannot_read(&shown, &error))?;
        let source = FileSource::new(path.clone(), kind.len(), failures.clone());
        files.push((base_name(path), Arc::new(source)));
    }
    Ok(Input::of(
        "files".to_string(),
        Packaging::Files,
        files,
        failures,
    ))
}

/// The last part of a path; of `.` and `..`, that of the folder they mean.
fn base_name(path: &Path) -> String {
    let name = |path: &Path| Some(path.file_name()?.to_string_lossy().into_owned());
    name(path)
        .or_else(|| name(&fs::canonicalize(path).ok()?))
        .unwrap_or_else(|| path.display().to_string())
}

fn open_folder(root: &Path) -> io::Result<Input> {
    let mut walk = Walk {
        root: fs::canonicalize(root)?,
        found: Vec::new(),
        left_out: Vec::new(),
        failures: Failures::default(),
    };
    // The folder itself must be readable; folders in it that are not are left out and named.
    walk.folder(root, "")?;
    walk.found.sort_by(|(a, _), (b, _)| a.cmp(b));
    walk.left_out.sort_by(|a, b| a.path.cmp(&b.path));
    let mut input = Input::of(
        base_name(root),
        Packaging::Folder,
        walk.found,
        walk.failures,
    );
    input.left_out = walk.left_out;
    Ok(input)
}

/// The walk of a folder.
struct Walk {
    root: PathBuf,
    found: Vec<(String, SharedSource)>,
    left_out: Vec<Coverage>,
    failures: Failures,
}

impl Walk {
    /// Everything below `folder`, which stands at `at` in the input. It keeps its own stack: folders may nest deeply.
    fn folder(&mut self, folder: &Path, at: &str) -> io::Result<()> {
        let mut open = vec![(folder.to_path_buf(), at.to_string())];
        let mut first = true;
        while let Some((folder, at)) = open.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if first => return Err(error),
                Err(error) => {
                    self.leave_out(at, unreadable(&error));
                    continue;
                }
            };
            first = false;
            for entry in entries {
                let entry = match entry {
                    Ok(entry) => entry,
                    Err(error) => {
                        self.leave_out(at.clone(), unreadable(&error));
                        continue;
                    }
                };
                let name = entry.file_name().to_string_lossy().into_owned();
                let place = match at.as_str() {
                    "" => name,
                    at => format!("{at}/{name}"),
                };
                if self.found.len() >= limits::ENTRIES {
                    self.leave_out(place, too_many());
                    return Ok(());
                }
                match entry.file_type() {
                    Ok(kind) if kind.is_dir() => open.push((entry.path(), place)),
                    Ok(kind) if kind.is_symlink() => self.link(&entry.path(), place),
                    Ok(kind) if kind.is_file() => match entry.metadata() {
                        Ok(metadata) => self.file(entry.path(), place, metadata.len()),
                        Err(error) => self.leave_out(place, unreadable(&error)),
                    },
                    Ok(_) => self.leave_out(
                        place,
                        say(
                            "Neither a file nor a folder, so it was not opened.",
                            "既不是文件也不是文件夹，未打开。",
                        ),
                    ),
                    Err(error) => self.leave_out(place, unreadable(&error)),
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, path: PathBuf, at: String, length: u64) {
        let source = FileSource::new(path, length, self.failures.clone());
        self.found.push((at, Arc::new(source)));
    }

    /// A symbolic link. One to a file inside the folder stands for that file, as every reader of layouts takes it.
    /// One that leads out is not followed, and what it stands for counts as unread, not as missing.
    fn link(&mut self, path: &Path, at: String) {
        let target = fs::canonicalize(path).and_then(|target| Ok((fs::metadata(&target)?, target)));
        match target {
            Ok((kind, target)) if kind.is_file() && target.starts_with(&self.root) => {
                self.file(target, at, kind.len());
            }
            Ok((kind, target)) if kind.is_file() => {
                let why = format!(
                    "a symbolic link to {}, outside the folder, is not followed",
                    target.display()
                );
                let length = kind.len();
                let source = NotFollowed { length, why };
                self.found.push((at.clone(), Arc::new(source)));
                self.leave_out(
                    at,
                    say(
                        "A symbolic link to {target}, outside the folder. It was not followed.",
                        "指向文件夹之外 {target} 的符号链接，未跟随。",
                    )
                    .code("target", target.display().to_string()),
                );
            }
            Ok((_, target)) => self.leave_out(
                at,
                say(
                    "A symbolic link to {target}, which is not a file. It was not followed.",
                    "指向 {target} 的符号链接，目标不是文件，未跟随。",
                )
                .code("target", target.display().to_string()),
            ),
            Err(error) => self.leave_out(
                at,
                say(
                    "A symbolic link that leads nowhere: {error}.",
                    "失效的符号链接：{error}。",
                )
                .name("error", error.to_string()),
            ),
        }
    }

    fn leave_out(&mut self, path: String, why: Phrase) {
        self.left_out.push(Coverage { path, why });
    }
}

fn unreadable(error: &io::Error) -> Phrase {
    say("Cannot be read: {error}.", "无法读取：{error}。").name("error", error.to_string())
}

fn too_many() -> Phrase {
    say(
        "The folder holds more than {count} files. From here on nothing was looked at.",
        "文件夹中的文件超过 {count} 个，从这里起未再查看。",
    )
    .count("count", limits::ENTRIES as u64)
}
