//! Replays the corpus of each target, and fixed mutations of it, without a fuzzer.

use std::{fs, path::Path};

use coterie_fuzz::{amazon_decode, frame_decode, protocol_json, sse_decode};

/// Mutations of each file, unless `COTERIE_FUZZ_MUTATIONS` says otherwise.
const MUTATIONS: u64 = 2000;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let wanted = std::env::var("COTERIE_FUZZ_MUTATIONS").ok();
    let mutations = wanted.map_or(MUTATIONS, |wanted| wanted.parse().unwrap());
    let files = fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    // In an order of their own folders differ, and with it what each file is mutated into.
    files.sort();
    assert!(files.len() >= 8, "{target} has {} seeds", files.len());
    for (number, path) in (1..).zip(files) {
        let seed = fs::read(&path).unwrap();
        run(&seed);
        let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ number);
        for _ in 0..mutations {
            run(&random.mutated(&seed));
        }
    }
}

/// Xorshift: the same numbers every time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap()
    }

    /// A copy with some bytes changed, cut out or doubled.
    fn mutated(&mut self, seed: &[u8]) -> Vec<u8> {
        const SPECIAL: &[u8] = b"\r\n: \0\xEF\xBB\xBF\xFF{}[]\",\\";
        let mut bytes = seed.to_vec();
        for _ in 0..=self.next() % 4 {
            let place = self.next() % (bytes.len() + 1);
            match self.next() % 4 {
                0 => bytes.insert(place, SPECIAL[self.next() % SPECIAL.len()]),
                1 => bytes.truncate(place),
                2 if place < bytes.len() => bytes[place] = self.next().to_le_bytes()[0],
                _ => bytes.extend_from_within(place..),
            }
        }
        bytes
    }
}

#[test]
fn binary_messages() {
    replay("amazon_decode", amazon_decode);
}

#[test]
fn frames() {
    replay("frame_decode", frame_decode);
}

#[test]
fn events() {
    replay("sse_decode", sse_decode);
}

#[test]
fn messages() {
    replay("protocol_json", protocol_json);
}
