//! Moments as OSS and backends write them, as Unix milliseconds.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Below this a number is no moment after 2001 in seconds: rather a lifetime, which says nothing without a clock.
const FIRST_SECONDS: i64 = 1_000_000_000;
/// From here on a number is in milliseconds: as seconds it would lie beyond the year 5000.
const FIRST_MILLISECONDS: i64 = 100_000_000_000;

/// A number of Unix seconds or milliseconds.
pub(crate) fn from_number(number: i64) -> Option<i64> {
    match number {
        FIRST_MILLISECONDS.. => Some(number),
        FIRST_SECONDS.. => Some(number * 1000),
        _ => None,
    }
}

/// ISO 8601 as RFC 3339 has it, such as `2014-12-01T12:00:00.000Z`: with or without fractions, with `Z` or an
/// offset. A space in place of the `T` will do.
pub(crate) fn from_iso(text: &str) -> Option<i64> {
    let time = OffsetDateTime::parse(text.trim_ascii(), &Rfc3339).ok()?;
    Some(time.unix_timestamp() * 1000 + i64::from(time.millisecond()))
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
            from_iso("2023-12-03T08:12:12-05:00"),
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
            "2023-12-03T13:12:12+0800",
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
