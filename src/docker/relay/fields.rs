//! A JSON object as it was written, in its order: what is not touched stays to the byte.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use super::far::Fault;

/// An object's fields. The daemon reads their names without regard to case.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    pub(super) fn parse(text: &[u8]) -> Option<Fields> {
        serde_json::from_slice(text).ok()
    }

    /// What a request brings. The daemon joins what stands twice; here the last that is something is all there
    /// is, and only that is sent on.
    pub(super) fn of_request(text: &[u8]) -> Result<Fields, Fault> {
        let fields = Fields::parse(text).ok_or_else(|| Fault::unread("the object"))?;
        Ok(fields.once())
    }

    /// A part of a request that is an object; an empty one, where there is none.
    pub(super) fn inner(&self, name: &str) -> Result<Fields, Fault> {
        Ok(self.read::<Fields>(name)?.unwrap_or_default().once())
    }

    /// A field of a request; one that is not what it should be is sent to nobody.
    pub(super) fn read<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, Fault> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let read: Result<Option<T>, _> = serde_json::from_str(value.get());
        read.map_err(|_| Fault::unread(&format!("`{name}`")))
    }

    /// Each field once.
    pub(super) fn once(self) -> Fields {
        let mut meant: BTreeMap<String, usize> = BTreeMap::new();
        for (index, (name, value)) in self.0.iter().enumerate() {
            let known = meant.entry(folded(name)).or_insert(index);
            if value.get() != "null" {
                *known = index;
            }
        }
        let meant: BTreeSet<usize> = meant.into_values().collect();
        let fields = self.0.into_iter().enumerate();
        let once = fields.filter(|(index, _)| meant.contains(index));
        Fields(once.map(|(_, field)| field).collect())
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// A field as what it should be; one that is something else is none.
    pub(super) fn get<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.value(name)?.get()).ok()
    }

    fn value(&self, name: &str) -> Option<&RawValue> {
        let name = folded(name);
        let mut fields = self.0.iter().rev();
        let (_, value) = fields.find(|(field, _)| folded(field) == name)?;
        Some(value)
    }

    /// A field that is text; empty is none.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.get::<String>(name).filter(|text| !text.is_empty())
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    pub(super) fn names_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.0.iter_mut().map(|(name, _)| name)
    }

    pub(super) fn retain(&mut self, is_meant: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| is_meant(name));
    }

    /// Gives a field another value, at its place; whoever wrote it twice has it once.
    pub(super) fn set(&mut self, name: &str, value: &impl Serialize) {
        let Ok(value) = to_raw_value(value) else {
            return;
        };
        let wanted = folded(name);
        let is_it = |(field, _): &(String, Box<RawValue>)| folded(field) == wanted;
        let at = self.0.iter().rposition(is_it);
        let spelt = at.map_or_else(|| name.to_owned(), |at| self.0[at].0.clone());
        let before = at.map_or(self.0.len(), |at| {
            self.0[..at].iter().filter(|field| !is_it(field)).count()
        });
        self.0.retain(|field| !is_it(field));
        self.0.insert(before, (spelt, value));
    }
}

/// A name as the daemon, which is written in Go, tells it from others: two letters beyond ASCII are forms of
/// `k` and `s` to it (encoding/json, `foldName`).
fn folded(name: &str) -> String {
    let letter = |c: char| match c {
        '\u{17F}' => 's',
        '\u{212A}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    name.chars().map(letter).collect()
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

/// Whether a line of a stream says that nothing comes of it.
pub(super) fn tells_of_failure(line: &Fields) -> bool {
    line.names().any(|name| name == "error")
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

    #[test]
    fn what_is_read_is_all_that_is_sent() {
        let text = r#"{"Binds":"a","x":1,"BINDS":null,"Bind\u017f":"b","\u212aey":2,"key":null}"#;
        let fields = Fields::of_request(text.as_bytes()).expect("an object");
        assert_eq!(fields.text("binds").as_deref(), Some("b"));
        let written = String::from_utf8(fields.to_bytes()).expect("text");
        assert_eq!(written, "{\"x\":1,\"Bind\u{17F}\":\"b\",\"\u{212A}ey\":2}");
        for text in [&b"{} {}"[..], b"{\"a\":\"\xff\"}", b"7", b""] {
            assert!(Fields::of_request(text).is_err(), "{text:?}");
        }
        assert!(fields.read::<Vec<String>>("binds").is_err());
        assert!(
            fields
                .inner("HostConfig")
                .expect("none")
                .names()
                .next()
                .is_none()
        );
    }
}
