//! See `coterie_fuzz::protocol_json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| coterie_fuzz::protocol_json(data));
