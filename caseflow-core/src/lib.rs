//! Domain rules, ports and verbs of a client portal, free of I/O.

pub mod domain;
