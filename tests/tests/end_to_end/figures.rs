//! What `cargo xtask bench` measures in a browser can be measured.

use coterie_tests::{
    figures::{self, PanelEffort},
    paths,
};

#[test]
fn every_figure_of_the_panel_can_be_taken() {
    let extension = paths::extension().unwrap();
    let size = figures::panel_size(&extension).unwrap();
    assert!(size.wasm.gzip_bytes > 0 && size.total().bytes > size.wasm.bytes);
    let host = paths::host().unwrap();
    let figures = figures::panel(&extension, &host, PanelEffort::QUICK).unwrap();
    assert!(figures.first_render.min_us > 0);
    assert!(figures.click_to_text_built_in.min_us > 0);
    assert!(figures.click_to_text_scripted.min_us > 0);
    assert!(figures.deltas_per_second > 0.0);
}
