//! The caps on what an input may cost, each with its value and its reason. Hitting one is reported as "could not check", never as clean.

/// Findings of one rule that are listed; the rest is counted. A broken image can break one rule at every layer and
/// entry, and nobody reads more than this.
pub const FINDINGS_PER_RULE: usize = 100;

/// Places that a report lists as not looked at, of each kind; the rest is counted. Nobody reads more, and each costs
/// a few hundred bytes.
pub const COVERAGE: usize = 1000;

/// Bytes of the largest document that is read. Registries and clients stop at 4 MiB for a manifest (rules
/// `manifest-size`, `config-size`); this is twice that, so that a document that is too large can still be judged.
pub const DOCUMENT_BYTES: u64 = 8 * 1024 * 1024;

/// Bytes of all documents of one input together: those of well over a thousand images. A document is held as bytes, as a
/// tree and as claims, three times its size and more.
pub const DOCUMENTS_TOTAL_BYTES: u64 = 16 * 1024 * 1024;

/// Values in all documents of one input together; an image has two to three hundred in its manifest and config. Each
/// takes some 110 bytes in the tree and, in a descriptor, as many again in its claims.
pub const DOCUMENTS_VALUES: usize = 200_000;

/// Documents of one input.
pub const DOCUMENTS: usize = 4096;

/// Entries of the outer archive, or files of a folder, that are kept, about 700 bytes each once measured. An archive
/// of five hundred images, each layer in a folder of its own, has half as many.
pub const ENTRIES: usize = 60_000;

/// Bytes read in one step of a session. WebAssembly code is only replaced by its optimised form at a function's next
/// call, so chunks are small enough for many calls and large enough for few reads.
pub const STEP_BYTES: usize = 1024 * 1024;

/// Levels of indexes that are followed.
pub const INDEX_DEPTH: usize = 8;

/// Descriptors that one replay of a consumer goes through. Indexes of indexes have more paths than anybody can walk.
pub const REPLAY_VISITS: usize = 1000;

/// Artifacts of one input that are listed and judged. Nobody reads more; archives of whole catalogues have fewer.
pub const ROOTS: usize = 150;

/// Artifacts times descriptors that are judged: many replays go through a whole index for each of its entries.
pub const ROOTS_TIMES_DESCRIPTORS: usize = 1_000_000;

/// Bytes handled in one go inside the core. Small, because WebAssembly code is only replaced by its optimised
/// version at a function's next call, so one long call stays slow for its whole length.
pub const CHUNK_BYTES: usize = 64 * 1024;

/// Bytes that a decoder gives out in one go: two blocks of zstd. Smaller pieces cost it copies, larger ones the cache.
pub const DECODED_BYTES: usize = 256 * 1024;

/// Largest JSON document that is read. Registries refuse manifests above 4 MiB; configs and in-toto statements
/// may be larger, but none known comes near this.
pub const JSON_BYTES: usize = 64 * 1024 * 1024;

/// Deepest nesting of a JSON document. Documents of the specification nest below 10; walks of a document recurse,
/// and a worker's stack is small. Go itself stops at 10,000.
pub const JSON_DEPTH: usize = 512;

/// Most values in one JSON document. A manifest of the 4 MiB that registries take has some 110,000, one list of small
/// descriptors; the tree of so many takes about 12 MB. Beyond it a document is not judged: rules are not run, consumers *unknown*.
pub const JSON_VALUES: usize = 112_000;

/// Bytes at the start of a blob that decide its form: one tar header.
pub const SNIFF_BYTES: usize = 512;

/// First bytes of a blob, stored and decompressed, that the facts keep: enough for every magic number asked about.
pub const HEAD_BYTES: usize = 16;

/// First bytes that are kept of a tar entry somebody wants: enough for every magic number asked about.
pub const ENTRY_HEAD_BYTES: usize = 16;

/// Most bytes that one blob may decompress to before decompression stops: beyond any known layer. 64 GiB.
/// Hitting this or the next two: the blob is in the coverage as not checked to its end, its diffID is unknown, and what
/// depends on it is not run or *unknown*.
pub const EXPANDED_BYTES: u64 = 64 * 1024 * 1024 * 1024;

/// Bytes that a blob may decompress to whatever it stores. 1 GiB is read within seconds.
pub const EXPANDED_FREELY_BYTES: u64 = 1024 * 1024 * 1024;

/// Beyond [`EXPANDED_FREELY_BYTES`], so many bytes may come out for each stored one. Layers of programs and text stay
/// below 20; deflate ends at 1032, where all is zeros. A bomb of 10 GiB in 10 MB is left after 1 GiB.
pub const EXPANDED_RATIO: u64 = 100;

/// Largest zstd window that is decoded, in bytes (2^27). The format recommends that decoders support 8 MiB
/// (RFC 8878 section 3.1.1.1.2), and 128 MiB is where the zstd tool itself stops unless told otherwise.
pub const ZSTD_WINDOW_BYTES: u64 = 1 << 27;

/// Longest file name of a gzip header that is kept.
pub const GZIP_NAME_BYTES: usize = 255;

/// Most entries read from one tar. Real layers have up to a few hundred thousand.
pub const TAR_ENTRIES: u64 = 4_000_000;

/// Most bytes of one PAX header or GNU long name. Go's reader stops at 1 MiB too (`maxSpecialFileSize`).
pub const TAR_NAME_BYTES: u64 = 1024 * 1024;

/// Most entries of a tar that the facts list by name.
pub const LISTED_ENTRIES: usize = 2000;

/// Longest value in a sentence, in bytes: a media type of a megabyte would stand in dozens of them.
pub const SHOWN_BYTES: usize = 4096;

/// Longest name in a listing or a note, in bytes; Linux allows no longer path (`PATH_MAX`).
pub const LISTED_NAME_BYTES: usize = 4096;

/// Most entries that are kept because their base name was asked for.
pub const WANTED_ENTRIES: usize = 256;

/// Most notes of one kind of oddity; all are counted.
pub const NOTES_PER_ODDITY: usize = 8;

/// Most different paths of one tar that are remembered while it is read, for finding duplicates and link targets.
/// Real layers have up to a few hundred thousand. At 19 bytes each in a table of 2^19 places, 10 MB, and half as much
/// again while the table grows.
pub const REMEMBERED_PATHS: usize = 450_000;

/// Most members of an archive that are measured one by one.
pub const MEMBERS: usize = 20_000;

/// Largest document kept out of a compressed archive.
pub const MEMBER_DOCUMENT_BYTES: usize = 8 * 1024 * 1024;

/// All documents kept out of one compressed archive together.
pub const MEMBER_DOCUMENTS_BYTES: usize = 24 * 1024 * 1024;

/// Bytes of one document that are handed to the page for showing: all that is read of one.
pub const SOURCE_TEXT_BYTES: usize = 8 * 1024 * 1024;

/// Pairs of lines that are compared where two texts differ: two of two thousand lines each. Documents that mend each other
/// differ in a few lines; comparing more would be felt and nobody would read it.
pub const DIFF_CELLS: usize = 4_000_000;

/// Descriptors that are listed, of all artifacts together. Indexes of indexes can name each other's content many times over.
pub const DESCRIPTORS: usize = 10_000;

/// Most bytes of a pasted error text that are searched, half of them from its start and half from its end. Logs of
/// a build are smaller; the message stands where the log begins to go wrong or where it stops.
pub const ERROR_TEXT_BYTES: usize = 1024 * 1024;

/// Most paths of one layer that its measurements keep, 16 bytes each, for what the layers above it ask. Above that,
/// what depends on the content of a lower layer is not decided.
pub const KEPT_PATHS: usize = 100_000;

/// Deepest path that is looked up in lower layers; each folder costs 16 bytes. What people pack nests far below this.
pub const ASKED_DEPTH: usize = 64;

/// Most hard links to other layers, and most whiteouts, of one layer that are looked up in the layers below. Either
/// keeps up to 9 KB each, a few hundred bytes in practice.
pub const ASKED_PATHS: usize = 256;

/// Bytes of symbolic links' names and fingerprints that are remembered while a tar is read, for finding loops: about
/// 25,000 links.
pub const SYMLINK_BYTES: usize = 2 * 1024 * 1024;

/// Longest pax key that is kept for showing.
pub const PAX_KEY_BYTES: usize = 128;

/// Most layers below one that are asked for its hard links and whiteouts. Docker stops at 127 layers, overlayfs at 500.
pub const LOWER_LAYERS: usize = 512;

/// Bytes that the documents of a link and all that goes with them may take once unpacked. What packs into an address of
/// [`LINK_CHARACTERS`] is far below it, unless it was made to be a bomb.
pub const SHARED_BYTES: usize = 256 * 1024;

/// Longest payload of a link, in characters: Chrome's address bar has cut addresses near 32,779.
pub const LINK_CHARACTERS: usize = 32_000;

/// Largest saved report that is opened again, in bytes. Those of the largest images known stay below half of it.
pub const SAVED_BYTES: u64 = 64 * 1024 * 1024;

/// Objects and arrays of a document that can be folded and are named in pointers when it is looked at, 20 bytes each. A
/// document of 64 MiB that lists descriptors has 400,000.
pub const LISTING_CONTAINERS: usize = 2_000_000;

/// Lines of a document that can be looked at, 4 bytes each: more than 64 MiB of JSON laid out in lines have.
pub const LISTING_LINES: usize = 8_000_000;

/// Places of a searched text that are counted and can be gone to.
pub const LISTING_HITS: usize = 100_000;

/// Entries of an opened layer that are held, so that it can be searched and scrolled. Images of whole systems have some
/// 100,000 in a layer.
pub const OPENED_ENTRIES: usize = 200_000;

/// Bytes that the held entries of an opened layer may take, about 110 each beside their names. One layer is open at a time.
pub const OPENED_BYTES: usize = 32 * 1024 * 1024;

/// First bytes of a file in a layer that are kept for looking at it.
pub const PREVIEW_BYTES: usize = 8 * 1024;

/// Largest file out of a layer that the page hands to the reader: it is held in memory until it is saved. The command line
/// writes files of any size.
pub const HANDED_OUT_BYTES: u64 = 64 * 1024 * 1024;

/// Bytes of one section of a WebAssembly module that are read for its names. Those of known programs are below a tenth.
pub const WASM_SECTION_BYTES: usize = 1024 * 1024;

/// Imports, exports and custom sections of a WebAssembly module that are listed, of each; the rest is counted.
pub const WASM_NAMES: usize = 500;

/// Bytes of a value that is shown in a sentence: every consumer may say it, and nobody reads a megabyte.
pub const SHOWN_VALUE: usize = 4096;

/// A value as a sentence shows it: cut where it is longer than [`SHOWN_VALUE`].
pub fn shown(mut value: String) -> String {
    if value.len() > SHOWN_VALUE {
        let end = value.floor_char_boundary(SHOWN_VALUE);
        value.truncate(end);
        value.push('…');
        value.shrink_to_fit();
    }
    value
}
