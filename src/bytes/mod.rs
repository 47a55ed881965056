//! Bytes and their forms. Knows nothing of descriptors, rules or reports.
