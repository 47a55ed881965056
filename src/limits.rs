//! Every cap of the core, its value and its reason. Hitting one is reported as "could not check", never as clean.
