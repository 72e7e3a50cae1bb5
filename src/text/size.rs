//! Sizes, such as `12 MB` or `1.5 GB`, in steps of 1024 as file managers and OSS count. The same in every language.

const UNITS: [&str; 3] = ["KB", "MB", "GB"];

/// A size for people, to a tenth of its unit. `None` below 1 KB, where languages have a word for bytes.
pub(super) fn rounded(bytes: u64) -> Option<String> {
    if bytes < 1024 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "it is rounded to a tenth")]
    let mut size = bytes as f64;
    let mut unit = "";
    for larger in UNITS {
        // What would be 1024 of one unit is 1 of the next.
        if !unit.is_empty() && (size * 10.0).round() < 10_240.0 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    let tenths = (size * 10.0).round() / 10.0;
    Some(format!("{tenths} {unit}"))
}

/// Two sizes, both rounded if that tells them apart, else both exact; `exact` has the language's word for bytes.
pub(super) fn pair(a: u64, b: u64, exact: impl Fn(u64) -> String) -> (String, String) {
    let shown = |bytes| rounded(bytes).unwrap_or_else(|| exact(bytes));
    match (shown(a), shown(b)) {
        (a_shown, b_shown) if a_shown != b_shown => (a_shown, b_shown),
        _ => (exact(a), exact(b)),
    }
}
