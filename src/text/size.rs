//! Sizes, such as `12 MB` or `1.5 GB`, in steps of 1024 as file managers and OSS count. The same in every language.

const UNITS: [(u64, &str); 3] = [(1 << 10, "KB"), (1 << 20, "MB"), (1 << 30, "GB")];

/// A size for people, to a tenth of its unit. `None` below 1 KB, where languages have a word for bytes.
pub(super) fn rounded(bytes: u64) -> Option<String> {
    if bytes < 1024 {
        return None;
    }
    let sizes = UNITS.map(|(unit, name)| (tenths(bytes, unit), name));
    // What would be 1024 of one unit is 1 of the next.
    let fitting = sizes.iter().find(|(tenths, _)| *tenths < 10_240);
    let (tenths, name) = fitting.or(sizes.last())?;
    Some(match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} {name}"),
        (whole, tenth) => format!("{whole}.{tenth} {name}"),
    })
}

/// How many tenths of the unit, rounded.
fn tenths(bytes: u64, unit: u64) -> u64 {
    bytes / unit * 10 + (bytes % unit * 10 + unit / 2) / unit
}

/// Two sizes, both rounded if that tells them apart, else both exact; `exact` has the language's word for bytes.
pub(super) fn pair(a: u64, b: u64, exact: impl Fn(u64) -> String) -> (String, String) {
    let shown = |bytes| rounded(bytes).unwrap_or_else(|| exact(bytes));
    match (shown(a), shown(b)) {
        (a_shown, b_shown) if a_shown != b_shown => (a_shown, b_shown),
        _ => (exact(a), exact(b)),
    }
}
