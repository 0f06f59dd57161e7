//! Fuzz targets for everything that reads bytes from outside. Each panics when what it checks does
//! not hold.

mod amazon;
mod frame;
mod json;
mod pieces;
mod sse;

pub use amazon::amazon_decode;
pub use frame::frame_decode;
pub use json::protocol_json;
pub use sse::sse_decode;
