//! Bytes and their forms: reads, hashes, decompresses and scans, one bounded chunk at a time.
//! Knows nothing of descriptors, rules or reports, and never decides what is right or wrong.

pub mod blob;
pub mod codec;
pub mod deflate;
pub mod digest;
pub mod json;
pub mod sniff;
pub mod source;
pub mod tar;
