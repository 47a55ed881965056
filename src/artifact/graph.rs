//! Which descriptor points where: roots, what lies under them, what nothing refers to.
