//! What is told of a path when its entry comes. Words only; who fills them in is next door.

use super::chain::Print;
use crate::bytes::blob::tar_facts::Prints;

/// What lies on the way to a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Folders only, as far as this tar tells.
    #[default]
    Clear,
    /// An earlier entry is a symbolic link there.
    Symlink,
    /// An earlier entry is something else that is no folder there.
    File,
}

/// What was seen of a path when its entry came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// It is the root.
    pub root: bool,
    /// `..` leads out of the root.
    pub escapes: bool,
    /// An earlier entry has the path; whether it was spelt the same.
    pub duplicate: Option<bool>,
    /// What lies on the way.
    pub way: Way,
    /// An earlier path differs from it in the case of letters only.
    pub case_twin: bool,
}

/// What was seen when a whiteout came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hidden {
    /// This tar has the path that it removes, or something below that, earlier on.
    pub in_this_tar: bool,
    /// Something else lay in its folder already.
    pub late: bool,
    /// The prints from the top down to the path that it removes; none when it lies too deep to be asked for.
    pub prints: Option<Prints>,
}

/// Where a hard link points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Out of the root.
    Outside,
    /// At a directory.
    Dir,
    /// At an earlier entry.
    Earlier,
    /// At nothing that came before.
    Open(Open),
    /// Not to be told: paths went by that could not be remembered.
    Unknown,
}

/// A path that no earlier entry has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The prints from the top down to the target; none when it lies too deep.
    pub prints: Option<Prints>,
    /// The print of the target.
    pub last: Print,
    /// A whiteout of this tar came before and hides it from the layers below.
    pub removed: bool,
    /// An earlier symbolic link lies on the way.
    pub through_symlink: bool,
    /// The link points at itself.
    pub itself: bool,
}
