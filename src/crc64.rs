//! CRC-64/XZ, which OSS calls `x-oss-hash-crc64ecma`.
//!
//! The tables (32 KiB) are computed at run time: as data of the WebAssembly module they would not compress.

use std::fmt;

/// The ECMA-182 polynomial, reflected.
const POLYNOMIAL: u64 = 0xc96c_5795_d787_0f42;

/// What each byte value does to the sum, so many bytes later: 16 tables.
type Tables = Vec<[u64; 256]>;

/// The checksum of what was given so far.
#[derive(Clone)]
pub struct Crc64 {
    state: u64,
    tables: Tables,
}

impl Crc64 {
    /// The checksum of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            state: !0,
            tables: tables(),
        }
    }

    /// Adds bytes, sixteen at a time.
    pub fn update(&mut self, bytes: &[u8]) {
        let [
            t0,
            t1,
            t2,
            t3,
            t4,
            t5,
            t6,
            t7,
            t8,
            t9,
            t10,
            t11,
            t12,
            t13,
            t14,
            t15,
        ] = self.tables.as_slice()
        else {
            return;
        };
        let mut state = self.state;
        let (chunks, rest) = bytes.as_chunks::<16>();
        // Written out: the module is compiled for size, and a loop here would take thrice the time.
        for [
            b0,
            b1,
            b2,
            b3,
            b4,
            b5,
            b6,
            b7,
            b8,
            b9,
            b10,
            b11,
            b12,
            b13,
            b14,
            b15,
        ] in chunks
        {
            let [s0, s1, s2, s3, s4, s5, s6, s7] = state.to_le_bytes();
            state = at(t15, b0 ^ s0)
                ^ at(t14, b1 ^ s1)
                ^ at(t13, b2 ^ s2)
                ^ at(t12, b3 ^ s3)
                ^ at(t11, b4 ^ s4)
                ^ at(t10, b5 ^ s5)
                ^ at(t9, b6 ^ s6)
                ^ at(t8, b7 ^ s7)
                ^ at(t7, *b8)
                ^ at(t6, *b9)
                ^ at(t5, *b10)
                ^ at(t4, *b11)
                ^ at(t3, *b12)
                ^ at(t2, *b13)
                ^ at(t1, *b14)
                ^ at(t0, *b15);
        }
        for byte in rest {
            let [lowest, ..] = state.to_le_bytes();
            state = (state >> 8) ^ at(t0, lowest ^ byte);
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

/// A byte is always within the table, so no check remains of this.
#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it is the whole inner loop, and the module is compiled for size"
)]
fn at(table: &[u64; 256], byte: u8) -> u64 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

fn tables() -> Tables {
    let mut first = [0; 256];
    for (byte, entry) in first.iter_mut().enumerate() {
        *entry = byte as u64;
        for _ in 0..8 {
            *entry = (*entry >> 1) ^ ((*entry & 1) * POLYNOMIAL);
        }
    }
    let mut table = first;
    let mut tables = Vec::new();
    for _ in 0..16 {
        tables.push(table);
        // One more byte, which is zero.
        for entry in &mut table {
            let [lowest, ..] = entry.to_le_bytes();
            *entry = (*entry >> 8) ^ at(&first, lowest);
        }
    }
    tables
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
