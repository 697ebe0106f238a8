//! What FreeSWITCH has for modules, as `freeswitch.h` beside this file declares it.

#![allow(non_camel_case_types, non_upper_case_globals, missing_docs, dead_code, unsafe_code)]

include!(concat!(env!("OUT_DIR"), "/freeswitch_sys.rs"));
