//! One run over what was given, in small steps: survey, read documents, judge early, measure blobs, judge again.
//! The host decides how long to go on; stopping after any step gives a report of what is known.
//! No clock, no thread, no browser.

mod documents;
mod examples;
mod measuring;
mod stream;
mod walk;
mod ways;

pub use measuring::{Outcome, Reading, Task};

use crate::artifact::kinds::{InputKind, Packaging};
use crate::artifact::name::Name;
use crate::artifact::{Blob, BlobId, Entry, Inventory, Measured, Why, graph, survey};
use crate::bytes::blob::{Also, BlobFacts, MeasureOptions};
use crate::bytes::sniff::{Form, sniff};
use crate::bytes::source::{ByteSource, fill_at};
use crate::bytes::tar::EntryKind;
use crate::consumers::{self, Choices, Question};
use crate::describe;
use crate::limits;
use crate::report::{Coverage, Profile, Report, SourceText};
use crate::rules;
use serde::{Deserialize, Serialize};

/// What a host hands over.
pub struct Given {
    /// File or folder name, or a word for pasted text.
    pub name: String,
    /// `File`, `Folder`, `Files` or `Pasted`; the survey refines `File`.
    pub packaging: Packaging,
    /// The files, in the host's order. Paths are relative to the folder.
    pub files: Vec<GivenFile>,
}

/// One file.
pub struct GivenFile {
    /// Path within the folder, or the file's name.
    pub path: String,
    /// Its bytes.
    pub source: Box<dyn ByteSource>,
}

/// How far a session is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// Bytes read so far.
    pub done: u64,
    /// Bytes to read in all, as far as known.
    pub total: u64,
    /// What is being read; several where several read at a time.
    pub current: Vec<String>,
}

/// What a step gave.
#[derive(Debug)]
pub enum Step {
    /// There is more to do.
    More(Progress),
    /// Nothing is left to do here until others have returned the blobs that they took: see [`Session::take`].
    Waiting(Progress),
    /// A report from the metadata alone; measuring begins.
    Early(Box<Report>),
    /// The final report.
    Done(Box<Report>),
}

/// Base names of tar entries that consumers look for in layers.
pub const WANTED_NAMES: &[&str] = &["plugin.wasm", "Chart.yaml", "package.yaml"];

/// Where the bytes of a blob stand in what the host gave.
#[derive(Clone, Copy, Debug)]
struct Place {
    file: usize,
    offset: u64,
}

/// What comes next.
enum Phase {
    Survey,
    Walk(Box<walk::Walk>),
    Stream(Box<stream::Stream>),
    Documents(documents::Queue),
    Early,
    Measure(measuring::Measuring),
    Done,
}

/// A run in progress.
pub struct Session {
    files: Vec<GivenFile>,
    questions: Vec<Question>,
    choices: Choices,
    profile: Profile,
    inventory: Inventory,
    /// For each blob of the inventory: where its bytes are, unless they were measured as they passed by.
    places: Vec<Option<Place>>,
    /// Which of the files is judged, where it is one.
    file: usize,
    /// Blobs of loose files whose first bytes are those of something that may be judged by itself.
    alone: Vec<BlobId>,
    coverage: Vec<Coverage>,
    /// What else was not looked at and is only counted.
    not_listed: u64,
    /// The algorithms besides SHA-256 that a blob's place or a descriptor read so far names.
    also: Also,
    progress: Progress,
    phase: Phase,
    /// Whether the run was ended before its end.
    stopped: bool,
}

impl Session {
    /// A run over `given`; with questions, only those consumers are judged.
    pub fn new(given: Given, questions: Vec<Question>) -> Session {
        let bytes = given
            .files
            .iter()
            .fold(0_u64, |sum, file| sum.saturating_add(file.source.len()));
        Session {
            inventory: Inventory::new(given.name, bytes, given.packaging),
            files: given.files,
            questions,
            choices: Choices::default(),
            profile: Profile::default(),
            places: Vec::new(),
            file: 0,
            alone: Vec::new(),
            coverage: Vec::new(),
            not_listed: 0,
            also: Also::default(),
            progress: Progress {
                total: bytes,
                ..Progress::default()
            },
            phase: Phase::Survey,
            stopped: false,
        }
    }

    /// The same run, its reports weighed by `profile`.
    pub fn with_profile(mut self, profile: Profile) -> Session {
        self.profile = profile;
        self
    }

    /// The same run, judged as if its consumers were set so.
    pub fn with_choices(mut self, choices: Choices) -> Session {
        self.choices = choices;
        self
    }

    /// Sets the consumers anew: the next report is judged so. Nothing is read again.
    pub fn choose(&mut self, choices: Choices) {
        self.choices = choices;
    }

    /// Does at most one chunk of work. After `Done` it gives the final report again.
    pub fn step(&mut self) -> Step {
        let phase = std::mem::replace(&mut self.phase, Phase::Done);
        self.phase = match phase {
            Phase::Survey => self.survey(),
            Phase::Walk(mut walk) => match walk.step(self) {
                walk::Next::More => Phase::Walk(walk),
                walk::Next::Ended => self.after_walk(*walk),
            },
            Phase::Stream(mut stream) => match stream.step(self) {
                Some(facts) => self.after_stream(facts),
                None => Phase::Stream(stream),
            },
            Phase::Documents(mut queue) => match queue.step(self) {
                documents::Next::More => Phase::Documents(queue),
                documents::Next::Ended => self.after_documents(),
            },
            Phase::Early => {
                self.inventory.gathered = true;
                self.settle();
                self.phase = Phase::Measure(measuring::Measuring::new(self));
                if self.has_unread() {
                    return Step::Early(Box::new(self.report(false)));
                }
                return self.step();
            }
            Phase::Measure(mut measuring) => match measuring.step(self) {
                measuring::Next::More => Phase::Measure(measuring),
                measuring::Next::Waiting => {
                    self.phase = Phase::Measure(measuring);
                    return Step::Waiting(self.progress.clone());
                }
                measuring::Next::Ended => {
                    self.settle();
                    Phase::Done
                }
            },
            Phase::Done => return Step::Done(Box::new(self.judged())),
        };
        Step::More(self.progress.clone())
    }

    /// Ends the run now: the report of what is known, marked incomplete unless all was done.
    pub fn stop(&mut self) -> Report {
        if matches!(self.phase, Phase::Done) {
            return self.judged();
        }
        self.phase = Phase::Done;
        self.stopped = true;
        for id in 0..self.inventory.blobs.len() {
            if self.is_unread(id) {
                self.mark_unread(id, Why::Stopped);
            }
        }
        self.settle();
        self.judged()
    }

    /// The report of what is known now.
    pub fn judged(&self) -> Report {
        self.report(matches!(self.phase, Phase::Done) && !self.stopped)
    }

    /// Steps to the end.
    pub fn run(mut self) -> Report {
        loop {
            if let Step::Done(report) = self.step() {
                return *report;
            }
        }
    }

    /// The documents that places in the reports refer to, as text.
    pub fn sources(&self) -> Vec<SourceText> {
        describe::sources(&self.inventory)
    }

    /// How far it is.
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    /// What has been read so far: the model behind the reports.
    pub fn inventory(&self) -> &Inventory {
        &self.inventory
    }

    /// Looks at what was given for the first time and decides how to read it.
    fn survey(&mut self) -> Phase {
        match self.inventory.packaging {
            Packaging::Folder | Packaging::Files => self.survey_files(),
            _ => self.survey_file(),
        }
    }

    fn survey_files(&mut self) -> Phase {
        let over = self.files.len().saturating_sub(limits::ENTRIES);
        let kept = self.files.len().min(limits::ENTRIES);
        self.inventory.reserve(kept);
        self.places.reserve_exact(kept);
        for file in 0..kept {
            let Some(given) = self.files.get(file) else {
                break;
            };
            let (path, size) = (given.path.clone(), given.source.len());
            self.add_entry(
                &path,
                EntryKind::File,
                size,
                None,
                0,
                Some(Place { file, offset: 0 }),
            );
        }
        if over > 0 {
            self.coverage.push(describe::too_many_entries(over as u64));
        }
        self.settle_container(InputKind::LooseFiles);
        if self.inventory.blobs.is_empty() {
            self.inventory.kind = InputKind::Empty;
        }
        Phase::Documents(documents::Queue::new(&self.inventory))
    }

    /// Files without any document of the specification, one of which can be judged by itself, such as an archive beside
    /// its checksum: that one is judged.
    fn after_documents(&mut self) -> Phase {
        let inventory = &self.inventory;
        let lone = match (inventory.kind, self.alone.as_slice()) {
            (InputKind::LooseFiles, [lone]) if !survey::has_documents(inventory) => *lone,
            _ => return Phase::Early,
        };
        let place = self.places.get(lone).copied().flatten();
        let file = inventory.blobs.get(lone).zip(place);
        let Some((blob, place)) = file.filter(|(blob, _)| !blob.path.contains('/')) else {
            return Phase::Early;
        };
        self.file = place.file;
        let mut alone = Inventory::new(blob.path.to_string(), blob.size, Packaging::File);
        let others = (self.files.len() as u64).saturating_sub(1);
        if others > 0 {
            self.coverage.push(describe::others(others));
        }
        self.progress = Progress {
            total: blob.size,
            ..Progress::default()
        };
        self.places.clear();
        alone.beside = others;
        self.inventory = alone;
        self.survey_file()
    }

    /// Where the file that is judged begins.
    fn start(&self) -> Option<Place> {
        Some(Place {
            file: self.file,
            offset: 0,
        })
    }

    fn survey_file(&mut self) -> Phase {
        let Some(given) = self.files.get(self.file) else {
            return Phase::Early;
        };
        let (path, size) = (given.path.clone(), given.source.len());
        let mut head = vec![0; limits::SNIFF_BYTES];
        let form = match fill_at(given.source.as_ref(), 0, &mut head) {
            Ok(count) => {
                head.truncate(count);
                sniff(&head)
            }
            Err(error) => {
                self.add_entry(&path, EntryKind::File, size, None, 0, None);
                self.mark_unread(0, Why::ReadFailed(error.message));
                self.inventory.kind = InputKind::Other;
                return Phase::Early;
            }
        };
        self.inventory.form = Some(form);
        let pasted = self.inventory.packaging == Packaging::Pasted;
        let place = self.start();
        match form {
            Form::Tar if !pasted => {
                self.inventory.packaging = Packaging::Tar;
                return Phase::Walk(Box::new(walk::Walk::new(size)));
            }
            Form::Gzip | Form::Zstd if !pasted => {
                self.inventory.packaging = match form {
                    Form::Gzip => Packaging::Gzip,
                    _ => Packaging::Zstd,
                };
                return Phase::Stream(Box::new(stream::Stream::new(&path)));
            }
            _ => {}
        }
        self.add_entry(&path, EntryKind::File, size, None, 0, place);
        self.inventory.kind = match form {
            Form::Empty => InputKind::Empty,
            // Not even its version is there.
            Form::Wasm { .. } if size < 8 => InputKind::Other,
            Form::Wasm { component: false } => InputKind::WasmModule,
            Form::Wasm { component: true } => InputKind::WasmComponent,
            Form::Json => InputKind::OtherJson,
            Form::Text => InputKind::Text,
            _ => InputKind::Other,
        };
        match form {
            Form::Json => Phase::Documents(documents::Queue::new(&self.inventory)),
            _ => Phase::Early,
        }
    }

    /// A tar's headers have been walked: an image archive is read on, any other tar is one blob.
    fn after_walk(&mut self, walk: walk::Walk) -> Phase {
        self.inventory.archive_defect = walk.defect();
        self.settle_container(InputKind::Tar);
        if self.inventory.kind == InputKind::Tar {
            self.become_one_blob();
            return Phase::Early;
        }
        self.progress.total = self
            .inventory
            .blobs
            .iter()
            .fold(0, |sum: u64, blob| sum.saturating_add(blob.size));
        Phase::Documents(documents::Queue::new(&self.inventory))
    }

    /// A compressed file has passed by: an image archive in it was measured entry by entry; anything else is one blob.
    fn after_stream(&mut self, mut facts: BlobFacts) -> Phase {
        let members = facts
            .tar
            .as_mut()
            .map(|tar| std::mem::take(&mut tar.members))
            .unwrap_or_default();
        let defect = facts.tar.as_ref().and_then(|tar| tar.defect.clone());
        let left_out = facts.tar.as_ref().map_or(0, |tar| tar.members_left_out);
        let kept = stream::add_members(self, members);
        self.settle_container(InputKind::Tar);
        if self.inventory.kind != InputKind::Tar {
            self.inventory.archive_defect = defect;
            self.inventory.stream_defects = facts.defects;
            if left_out > 0 {
                self.coverage.push(describe::too_many_members(left_out));
            }
            return Phase::Documents(documents::Queue::with_kept(&self.inventory, kept));
        }
        let form = facts.payload_form();
        self.become_one_blob();
        self.inventory
            .set_measured(0, Measured::Facts(Box::new(facts)));
        self.inventory.form = Some(form);
        self.inventory.kind = match form {
            Form::Tar => InputKind::Tar,
            Form::Wasm { component: false } => InputKind::WasmModule,
            Form::Wasm { component: true } => InputKind::WasmComponent,
            _ => InputKind::Other,
        };
        Phase::Early
    }

    /// Forgets the members of a tar that is no image archive: the file itself is the one blob.
    fn become_one_blob(&mut self) {
        self.inventory.clear();
        self.places.clear();
        self.also = Also::default();
        let Some(given) = self.files.get(self.file) else {
            return;
        };
        let (path, size) = (given.path.clone(), given.source.len());
        let place = self.start();
        self.add_entry(&path, EntryKind::File, size, None, 0, place);
        self.progress.total = size;
    }

    fn settle_container(&mut self, otherwise: InputKind) {
        let entries = &self.inventory.entries;
        self.inventory.kind = survey::container(entries).unwrap_or(otherwise);
        if self.inventory.kind == otherwise {
            self.inventory.nested_under = survey::nested_under(entries);
        }
    }

    /// Adds an entry and, for a regular file, its blob.
    fn add_entry(
        &mut self,
        raw_path: &str,
        kind: EntryKind,
        size: u64,
        link: Option<String>,
        offset: u64,
        place: Option<Place>,
    ) {
        let path = Name::from(survey::clean(raw_path).as_str());
        let named = crate::artifact::digest_of_path(&path).filter(|_| kind == EntryKind::File);
        self.also.include(named.as_deref().unwrap_or_default());
        let blob = (kind == EntryKind::File).then(|| {
            self.places.push(place);
            Blob {
                path: path.clone(),
                size,
                measured: Measured::Not(Why::NotYet),
                document: None,
            }
        });
        let entry = Entry {
            spelt: (path != raw_path).then(|| raw_path.into()),
            path,
            kind,
            size,
            link,
            blob: None,
            offset,
        };
        self.inventory.add(entry, blob);
    }

    fn mark_unread(&mut self, blob: BlobId, why: Why) {
        self.inventory.set_measured(blob, Measured::Not(why));
    }

    fn is_unread(&self, blob: BlobId) -> bool {
        let blob = self.inventory.blobs.get(blob);
        blob.is_some_and(|blob| blob.measured == Measured::Not(Why::NotYet))
    }

    fn has_unread(&self) -> bool {
        self.inventory
            .blobs
            .iter()
            .any(|blob| blob.measured == Measured::Not(Why::NotYet))
    }

    /// What to measure of a blob.
    fn options(&self) -> MeasureOptions {
        MeasureOptions {
            also: self.also,
            keep_documents: false,
            wanted_names: WANTED_NAMES,
        }
    }

    /// Brings what follows from the rest up to date: the roots, and what a lone document is.
    fn settle(&mut self) {
        documents::name_lone_document(&mut self.inventory);
        let (roots, left_out) = graph::roots(&self.inventory);
        self.inventory.roots = roots;
        self.inventory.roots_left_out = left_out;
    }

    /// Judges what is known.
    fn report(&self, complete: bool) -> Report {
        let (findings, outcomes) = rules::run(&self.inventory);
        let mut coverage = self.coverage.clone();
        let not_listed = describe::coverage(&self.inventory, &mut coverage);
        coverage.extend(describe::not_listed(
            not_listed.saturating_add(self.not_listed),
        ));
        let artifacts = describe::artifacts(&self.inventory, &mut coverage);
        // Until all is read, nothing follows from what nobody refers to.
        let (unreferenced, unreferenced_left_out) = match complete {
            true => describe::unreferenced(&self.inventory),
            false => (Vec::new(), 0),
        };
        let mut report = Report {
            input: describe::input(&self.inventory),
            complete,
            profile: self.profile,
            choices: self.choices.all().clone(),
            artifacts,
            findings,
            rules: outcomes,
            verdicts: consumers::judge(&self.inventory, &self.questions, &self.choices),
            coverage,
            unreferenced,
            unreferenced_left_out: Some(unreferenced_left_out).filter(|count| *count > 0),
        };
        rules::weigh(&mut report, self.profile);
        report
    }
}
