//! Messages from the worker to the page, with a version, so that a page never trusts a worker of another build.
//! (The other direction carries `File` handles, which no serialisation can, and is a plain object of the page's own.)

use crate::report::{Report, SourceText};
use crate::session::Progress;
use serde::{Deserialize, Serialize};

/// Version of these messages.
pub const VERSION: u32 = 1;

/// What a worker says, one JSON text each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
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
    },
    /// The job died; nothing more comes.
    Failed {
        /// Number of the job.
        job: u32,
        /// The worker's own words, for a bug report.
        message: String,
    },
}
