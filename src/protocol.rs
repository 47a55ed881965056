//! Messages from the workers to the page and to each other, with a version, so that a page never trusts a worker of
//! another build. (What carries `File` handles or ports, which no serialisation can, is a plain object of the page's own.)

use crate::artifact::BlobId;
use crate::inside::{Body, Inside, Item};
use crate::report::{Report, SourceText};
use crate::session::{Outcome, Progress};
use serde::{Deserialize, Serialize};

/// Version of these messages.
pub const VERSION: u32 = 4;

/// What a worker says to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FromWorker {
    /// It is ready for a job.
    Ready {
        /// [`VERSION`] of its build.
        version: u32,
    },
    /// How far a job is.
    Progress {
        /// Number of the job.
        job: u32,
        /// How far.
        progress: Progress,
        /// Bytes a second of late, once there is something to tell it by.
        rate: Option<u64>,
    },
    /// There are blobs to be measured: readers are of use.
    Help {
        /// Number of the job.
        job: u32,
        /// How many blobs there are: no more readers than that.
        blobs: usize,
    },
    /// A report from the metadata alone; `last` is false. Or the final one.
    Report {
        /// Number of the job.
        job: u32,
        /// Whether the job has ended.
        last: bool,
        /// The report.
        report: Box<Report>,
        /// The documents that places in the report refer to.
        sources: Vec<SourceText>,
        /// What it took.
        effort: Effort,
    },
    /// The worker died; nothing more comes from it.
    Failed {
        /// Number of the job.
        job: u32,
        /// The worker's own words, for a bug report.
        message: String,
    },
    /// An answer to who looks into a blob.
    Look {
        /// Number of the look.
        look: u32,
        /// The answer.
        seen: Seen,
    },
}

/// What is seen of a blob. A file that is to be saved comes as an object beside these, because no text can carry it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen {
    /// How far reading is, in stored bytes.
    Reading {
        /// Bytes that have passed.
        done: u64,
        /// All there are.
        total: u64,
    },
    /// The blob was read; its entries stay with the worker and come as they are asked for.
    Opened(Box<Inside>),
    /// Some of its entries.
    Rows {
        /// Number of the question.
        asked: u32,
        /// How many entries fit the filter.
        fit: u64,
        /// Where among those the first of these stands.
        from: u64,
        /// The entries.
        items: Vec<Item>,
    },
    /// The first bytes of a file in it.
    File(Option<Box<Body>>),
    /// It could not be read.
    Unread(Unread),
}

/// Why a blob could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unread {
    /// The worker holds no input that has it.
    NotHere,
    /// The host could not read it; its words.
    Failed(String),
}

/// What a job took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effort {
    /// Time since the job came, in milliseconds.
    pub milliseconds: u64,
    /// Bytes that were measured.
    pub bytes: u64,
    /// Workers that read at the same time, at most.
    pub readers: usize,
    /// The largest memory of any one worker, in bytes. WebAssembly memory never shrinks.
    pub memory: u64,
}

/// What a reader, a worker that only measures blobs, says to the worker that runs the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FromReader {
    /// It is this far in a blob.
    Reached {
        /// The blob.
        blob: BlobId,
        /// Bytes of it.
        bytes: u64,
    },
    /// A blob is done.
    Done {
        /// The blob.
        blob: BlobId,
        /// Its measurements, or why there are none.
        outcome: Outcome,
        /// Size of the reader's memory, in bytes.
        memory: u64,
    },
}
