//! The shim as C sees it.

#![allow(non_camel_case_types, missing_docs, dead_code, unsafe_code)]

include!(concat!(env!("OUT_DIR"), "/asterisk_sys.rs"));
