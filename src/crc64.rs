//! CRC-64/XZ, which OSS calls `x-oss-hash-crc64ecma`.
//!
//! The tables (32 KiB) are computed at run time: as data of the WebAssembly module they would not compress.

use std::fmt;
use std::sync::LazyLock;

/// The ECMA-182 polynomial, reflected.
const POLYNOMIAL: u64 = 0xc96c_5795_d787_0f42;

/// What each byte value does to the sum, so many bytes later.
static TABLES: LazyLock<[[u64; 256]; 16]> = LazyLock::new(tables);

/// The checksum of what was given so far.
#[derive(Clone)]
pub struct Crc64 {
    state: u64,
}

impl Crc64 {
    /// The checksum of nothing.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: !0 }
    }

    /// Adds bytes, two words of eight at a time.
    pub fn update(&mut self, bytes: &[u8]) {
        let [t0, t1, t2, t3, t4, t5, t6, t7, rest @ ..] = &*TABLES;
        let [t8, t9, t10, t11, t12, t13, t14, t15] = rest;
        let (words, last) = bytes.as_chunks::<8>();
        let (pairs, odd) = words.as_chunks::<2>();
        let mut state = self.state;
        // Written out, and loaded as words: the module is compiled for size. A loop over the tables would take thrice the
        // time here, and sixteen loads of a byte twice the time in Firefox.
        for [first, second] in pairs {
            let a = state ^ u64::from_le_bytes(*first);
            let b = u64::from_le_bytes(*second);
            state = at(t15, a)
                ^ at(t14, a >> 8)
                ^ at(t13, a >> 16)
                ^ at(t12, a >> 24)
                ^ at(t11, a >> 32)
                ^ at(t10, a >> 40)
                ^ at(t9, a >> 48)
                ^ at(t8, a >> 56)
                ^ at(t7, b)
                ^ at(t6, b >> 8)
                ^ at(t5, b >> 16)
                ^ at(t4, b >> 24)
                ^ at(t3, b >> 32)
                ^ at(t2, b >> 40)
                ^ at(t1, b >> 48)
                ^ at(t0, b >> 56);
        }
        for byte in odd.as_flattened().iter().chain(last) {
            state = (state >> 8) ^ at(t0, state ^ u64::from(*byte));
        }
        self.state = state;
    }

    /// The checksum; more bytes may follow.
    #[must_use]
    pub fn finish(&self) -> u64 {
        !self.state
    }
}

impl Default for Crc64 {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Crc64 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Crc64").field(&self.finish()).finish()
    }
}

/// Of a word's lowest byte. That is always within the table, so no check remains of this.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it is the whole inner loop, and the module is compiled for size"
)]
fn at(table: &[u64; 256], word: u64) -> u64 {
    let [lowest, ..] = word.to_le_bytes();
    table.get(usize::from(lowest)).copied().unwrap_or_default()
}

fn tables() -> [[u64; 256]; 16] {
    let mut first = [0; 256];
    for (byte, entry) in first.iter_mut().enumerate() {
        *entry = byte as u64;
        for _ in 0..8 {
            *entry = (*entry >> 1) ^ ((*entry & 1) * POLYNOMIAL);
        }
    }
    let mut table = first;
    [(); 16].map(|()| {
        let this = table;
        // One more byte, which is zero.
        for entry in &mut table {
            *entry = (*entry >> 8) ^ at(&first, *entry);
        }
        this
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(bytes: &[u8]) -> u64 {
        let mut crc = Crc64::new();
        crc.update(bytes);
        crc.finish()
    }

    /// Bit by bit, as the polynomial is defined.
    fn slow(bytes: &[u8]) -> u64 {
        !bytes.iter().fold(!0, |state: u64, byte| {
            (0..8).fold(state ^ u64::from(*byte), |sum, _| {
                (sum >> 1) ^ ((sum & 1) * POLYNOMIAL)
            })
        })
    }

    #[test]
    fn vectors() {
        // The check value of CRC-64/XZ in the catalogue of parametrised CRC algorithms; tests/vectors/post-policy.json.
        assert_eq!(sum(b"123456789"), 0x995d_c9bb_df19_39fa);
        assert_eq!(sum(b"123456789").to_string(), "11051210869376104954");
        assert_eq!(sum(b""), 0);
    }

    proptest! {
        #[test]
        fn however_it_is_cut(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 0_usize..300) {
            let (a, b) = bytes.split_at(cut.min(bytes.len()));
            let mut crc = Crc64::new();
            crc.update(a);
            crc.update(b);
            prop_assert_eq!(crc.finish(), slow(&bytes));
        }
    }
}
