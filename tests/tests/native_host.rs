//! The native host as a process, without a browser.

use coterie_tests::{
    figures::{self, Effort},
    paths,
};

#[test]
fn every_figure_of_the_host_can_be_taken() {
    let program = paths::host().unwrap();
    let figures = figures::host(&program, Effort::QUICK).unwrap();
    assert_eq!(figures.start_to_handshake.samples, Effort::QUICK.starts);
    assert_eq!(figures.frame_to_upstream.samples, 5);
    assert!(figures.start_to_handshake.min_us > 0);
    assert!(figures.idle_bytes > 0 && figures.streaming_bytes >= figures.idle_bytes / 2);
}
