//! See `coterie_fuzz::amazon_decode`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| coterie_fuzz::amazon_decode(data));
