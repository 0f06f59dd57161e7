//! See `coterie_fuzz::sse_decode`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| coterie_fuzz::sse_decode(data));
