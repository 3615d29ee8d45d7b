//! A JSON object as it was written, in its order: what is not touched stays to the byte.

use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// An object's fields. The daemon reads their names without regard to case, and takes the last of two.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    pub(super) fn parse(text: &[u8]) -> Option<Fields> {
        serde_json::from_slice(text).ok()
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// A field as what it should be; one that is something else is none.
    pub(super) fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let mut fields = self.0.iter().rev();
        let (_, value) = fields.find(|(field, _)| field.eq_ignore_ascii_case(name))?;
        serde_json::from_str(value.get()).ok()
    }

    /// A field that is text; empty is none.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get::<String>(name).filter(|text| !text.is_empty())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn retain(&mut self, is_meant: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| is_meant(name));
    }

    /// Gives a field another value, at its place; whoever wrote it twice has it once.
    pub(super) fn set(&mut self, name: &str, value: &impl Serialize) {
        let Ok(value) = to_raw_value(value) else {
            return;
        };
        let is_it = |(field, _): &(String, Box<RawValue>)| field.eq_ignore_ascii_case(name);
        let at = self.0.iter().rposition(is_it);
        let spelt = at.map_or_else(|| name.to_owned(), |at| self.0[at].0.clone());
        let before = at.map_or(self.0.len(), |at| {
            self.0[..at].iter().filter(|field| !is_it(field)).count()
        });
        self.0.retain(|field| !is_it(field));
        self.0.insert(before, (spelt, value));
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Fields, M::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_touched_stays_to_the_byte() {
        let text = br#"{"b":1.50,"a":[ 1, 2 ],"B":"last"}"#;
        let mut fields = Fields::parse(text).expect("an object");
        assert_eq!(fields.text("b").as_deref(), Some("last"));
        fields.set("c", &true);
        fields.set("b", &2);
        let written = String::from_utf8(fields.to_bytes()).expect("text");
        assert_eq!(written, r#"{"a":[ 1, 2 ],"B":2,"c":true}"#);
        assert!(Fields::parse(b"[]").is_none());
    }
}
