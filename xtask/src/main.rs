//! Build, run, test, bench and package Coterie.
fn main() {}
