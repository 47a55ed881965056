//! Pullcheck's core: reads OCI and Docker artifacts, judges and explains them.
//! It never names a browser or an operating system, and never reads a clock.

pub mod bytes;
pub mod limits;
pub mod text;
