//! Form fields in the order in which OSS wants them.

use std::fmt;

use super::field;

/// A form field.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// Name, in OSS's spelling where OSS documents the field.
    pub name: String,
    /// Value. May be secret.
    pub value: String,
}

/// Form fields: documented ones in OSS's order, then the others as they were given. No name occurs twice, whatever the
/// case of its letters. The `Debug` output holds names only.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<Field>);

impl Fields {
    /// No fields.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The value of a field, whatever the case of its name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.position(name)
            .and_then(|at| self.0.get(at))
            .map(|field| field.value.as_str())
    }

    /// Whether there is such a field.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    /// Adds a field, or replaces the one of the same name.
    pub fn set(&mut self, name: &str, value: &str) {
        let field = Field {
            name: String::from(name),
            value: String::from(value),
        };
        if let Some(old) = self.position(name).and_then(|at| self.0.get_mut(at)) {
            *old = field;
            return;
        }
        let rank = field::rank(name);
        let at = self
            .0
            .partition_point(|other| field::rank(&other.name) <= rank);
        self.0.insert(at, field);
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) -> Option<Field> {
        Some(self.0.remove(self.position(name)?))
    }

    /// The fields in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Field> {
        self.0.iter()
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|field| field.name.as_str())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.0
            .iter()
            .position(|field| field.name.eq_ignore_ascii_case(name))
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = &'a Field;
    type IntoIter = std::slice::Iter<'a, Field>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documented_ones_first_and_none_twice() {
        let mut fields = Fields::new();
        for (name, value) in [
            ("name", "1"),
            ("policy", "2"),
            ("a", "3"),
            ("key", "4"),
            ("NAME", "5"),
        ] {
            fields.set(name, value);
        }
        let names: Vec<_> = fields.names().collect();
        assert_eq!(names, ["key", "policy", "NAME", "a"]);
        assert_eq!(fields.get("Name"), Some("5"));
        assert_eq!(fields.remove("KEY").unwrap().value, "4");
        assert!(!fields.contains("key"));
    }

    #[test]
    fn debug_holds_no_value() {
        let mut fields = Fields::new();
        fields.set("policy", "eyJ-secret");
        assert_eq!(format!("{fields:?}"), "[policy]");
    }
}
