//! What drives a real browser and stands in for experts in the tests.
