//! Hashing of features: FNV-1a over bytes with a final mix, the same on every machine.

/// The start of FNV-1a, 64 bits.
const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A hash that grows with what it is given.
#[derive(Debug, Clone, Copy)]
pub struct Hasher(u64);

impl Hasher {
    /// One for features of a kind: equal words of two kinds are two features.
    pub fn new(kind: u8) -> Self {
        Self(OFFSET).byte(kind)
    }

    /// With one more byte.
    pub fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ u64::from(byte)).wrapping_mul(PRIME))
    }

    /// With the bytes of a text and an end.
    pub fn text(self, text: &str) -> Self {
        let all = text.bytes().fold(self, Self::byte);
        all.byte(0xFF)
    }

    /// With one character.
    pub fn character(self, character: char) -> Self {
        Self((self.0 ^ u64::from(u32::from(character))).wrapping_mul(PRIME))
    }

    /// The hash: the bits of FNV-1a mixed, since its low ones are weak (the finalizer of MurmurHash3).
    pub fn finish(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }
}
