//! Every cap of the core, its value and its reason. Hitting one is reported as "could not check", never as clean.

/// Findings of one rule that are listed; the rest is counted. A broken image can break one rule at every layer and
/// entry, and nobody reads more than this.
pub const FINDINGS_PER_RULE: usize = 100;

/// Bytes of the largest document that is read. Registries and clients stop at 4 MiB for a manifest (rules
/// `manifest-size`, `config-size`); this is four times that, so that a document that is too large can still be judged.
pub const DOCUMENT_BYTES: u64 = 16 * 1024 * 1024;

/// Bytes of all documents of one input together.
pub const DOCUMENTS_TOTAL_BYTES: u64 = 64 * 1024 * 1024;

/// Documents of one input.
pub const DOCUMENTS: usize = 4096;

/// Entries of the outer archive, or files of a folder, that are kept.
pub const ENTRIES: usize = 200_000;

/// Bytes read in one step of a session. WebAssembly code is only replaced by its optimised form at a function's next
/// call, so chunks are small enough for many calls and large enough for few reads.
pub const STEP_BYTES: usize = 1024 * 1024;

/// Levels of indexes that are followed.
pub const INDEX_DEPTH: usize = 8;
