//! Moments as OSS and backends write them, as Unix milliseconds.

use crate::text;

/// Below this a number is no moment after 2001 in seconds: rather a lifetime, which says nothing without a clock.
const FIRST_SECONDS: i64 = 1_000_000_000;
/// From here on a number is in milliseconds: as seconds it would lie beyond the year 5000.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// A number of Unix seconds or milliseconds.
#[must_use]
pub fn from_number(number: i64) -> Option<i64> {
    match number {
        FIRST_MILLISECONDS.. => Some(number),
        FIRST_SECONDS.. => Some(number * 1000),
        _ => None,
    }
}

/// ISO 8601, such as `2014-12-01T12:00:00.000Z`: with or without fractions, with `Z` or an offset.
#[must_use]
pub fn from_iso(text: &str) -> Option<i64> {
    let mut rest = Digits(text.trim_ascii());
    let year = rest.part(b"", 4, 0, 9999)?;
    let month = rest.part(b"-", 2, 1, 12)?;
    let day = rest.part(b"-", 2, 1, 31)?;
    let hour = rest.part(b"Tt ", 2, 0, 23)?;
    let minute = rest.part(b":", 2, 0, 59)?;
    let second = rest.part(b":", 2, 0, 60)?;
    let mut millisecond = 0;
    if rest.expect(b".").is_some() {
        let mut unit = 100;
        let mut digits = 0;
        while let Some(digit) = rest.number(1) {
            millisecond += digit * unit;
            unit /= 10;
            digits += 1;
        }
        (digits > 0).then_some(())?;
    }
    let mut offset = 0;
    if let Some(sign) = rest.expect(b"+-") {
        offset = rest.part(b"", 2, 0, 23)? * 60;
        let _ = rest.expect(b":");
        offset += rest.part(b"", 2, 0, 59)?;
        if sign == b'-' {
            offset = -offset;
        }
    } else {
        rest.expect(b"Zz")?;
    }
    rest.0.is_empty().then_some(())?;
    let seconds = (days(year, month, day) * 24 + hour) * 3600 + (minute - offset) * 60 + second;
    Some(seconds * 1000 + millisecond)
}

/// Days from 1970-01-01 in the Gregorian calendar, counted in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // 400 years of 146,097 days more: then no year is negative.
    let year = year + if month > 2 { 400 } else { 399 };
    let month = (month + 9) % 12;
    year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day
        - 719_469
        - 146_097
}

struct Digits<'a>(&'a str);

impl Digits<'_> {
    /// One of these bytes, if there are any to be, and behind it exactly so many digits of a number within the bounds.
    fn part(&mut self, before: &[u8], count: usize, least: i64, most: i64) -> Option<i64> {
        if !before.is_empty() {
            self.expect(before)?;
        }
        let number = self.number(count)?;
        (least..=most).contains(&number).then_some(number)
    }

    /// Exactly so many digits.
    fn number(&mut self, count: usize) -> Option<i64> {
        let (digits, rest) = self.0.split_at_checked(count)?;
        let number = text::number(digits, 10)?;
        self.0 = rest;
        i64::try_from(number).ok()
    }

    /// One of these bytes.
    fn expect(&mut self, any_of: &[u8]) -> Option<u8> {
        let first = self
            .0
            .as_bytes()
            .first()
            .copied()
            .filter(|first| any_of.iter().any(|byte| byte == first))?;
        self.0 = self.0.get(1..)?;
        Some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn documented_expirations() {
        // PostObject documentation and the V4 vector; seconds as `date -u -d … +%s` prints them.
        assert_eq!(
            from_iso("2014-12-01T12:00:00.000Z"),
            Some(1_417_435_200_000)
        );
        assert_eq!(from_iso("2115-01-27T10:56:19Z"), Some(4_578_029_779_000));
        assert_eq!(
            from_iso("2020-03-19T03:44:06.476Z"),
            Some(1_584_589_446_476)
        );
        assert_eq!(
            from_iso("2023-12-03T13:12:12.000Z"),
            Some(1_701_609_132_000)
        );
    }

    #[test]
    fn other_ways_to_write_it() {
        assert_eq!(from_iso("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(
            from_iso("2024-02-29T23:59:59.9999999Z"),
            Some(1_709_251_199_999)
        );
        assert_eq!(
            from_iso("2023-12-03 21:12:12+08:00"),
            Some(1_701_609_132_000)
        );
        assert_eq!(
            from_iso("2023-12-03T08:12:12-0500"),
            Some(1_701_609_132_000)
        );
        assert_eq!(from_iso("1969-12-31T23:59:59Z"), Some(-1000));
    }

    #[test]
    fn no_moment() {
        for text in [
            "",
            "2023",
            "2023-12-03",
            "2023-12-03T13:12:12",
            "2023-13-03T13:12:12Z",
            "2023-12-03T13:12:12.Z",
            "2023-12-03T25:12:12Z",
            "2023-12-03T13:12:12Zx",
            "tomorrow",
        ] {
            assert_eq!(from_iso(text), None, "{text}");
        }
    }

    #[test]
    fn numbers() {
        // The sample of CreateTempFileUploadUrl; the same in milliseconds; a lifetime in seconds.
        assert_eq!(from_number(1_654_326_678), Some(1_654_326_678_000));
        assert_eq!(from_number(1_654_326_678_000), Some(1_654_326_678_000));
        assert_eq!(from_number(300), None);
        assert_eq!(from_number(-1), None);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>(), near in "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{0,30})?[Z+-]?[0-9:]{0,5}") {
            let _ = from_iso(&text);
            let _ = from_iso(&near);
        }
    }
}
