//! Inputs made to hurt. Each ends in a report, within bounded steps, time and memory, and never looks checked where it
//! could not be. The full 10 GiB of the bombs are run by `make bench`; here they are a sixteenth of that.

#[path = "../kit/mod.rs"]
mod kit;

mod changing;
mod many;
mod measure;
mod names;
mod sizes;
