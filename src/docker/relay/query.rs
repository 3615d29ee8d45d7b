//! The question mark and what follows it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::far::Fault;
use crate::reference::parts;

/// What a request asks beside its path.
#[derive(Debug, Default)]
pub(super) struct Query(Vec<(String, String)>);

/// `filters=` as the daemon has it today: what is asked of each property.
type Filters = BTreeMap<String, BTreeMap<String, bool>>;

impl Query {
    pub(super) fn parse(text: &str) -> Query {
        Query(
            form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// One that asks for a property, and nothing else.
    pub(super) fn filtered(of: &str, value: &str) -> Query {
        let filters: Filters =
            BTreeMap::from([(of.to_owned(), BTreeMap::from([(value.to_owned(), true)]))]);
        let mut query = Query::default();
        query.set(
            "filters",
            serde_json::to_string(&filters).unwrap_or_default(),
        );
        query
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut all = self.0.iter();
        let (_, value) = all.find(|(of, _)| of == name)?;
        (!value.is_empty()).then_some(value)
    }

    /// All of the same name.
    pub(super) fn all<'q>(&'q self, name: &'q str) -> impl Iterator<Item = &'q str> {
        let all = self.0.iter().filter(move |(of, _)| of == name);
        all.map(|(_, value)| value.as_str())
    }

    /// What else is asked, before all that is.
    pub(super) fn precede(&mut self, form: &str) {
        let mut all = Query::parse(form);
        all.0.append(&mut self.0);
        *self = all;
    }

    /// A switch that is on: anything that does not say that it is off.
    pub(super) fn is_on(&self, name: &str) -> bool {
        let said = self.get(name).map(|said| said.trim().to_ascii_lowercase());
        said.is_some_and(|said| !["", "0", "no", "false", "none"].contains(&said.as_str()))
    }

    pub(super) fn set(&mut self, name: &str, value: String) {
        self.0.retain(|(of, _)| of != name);
        self.0.push((name.to_owned(), value));
    }

    /// Asks for an image: `nginx:1`, `nginx@sha256:…`.
    pub(super) fn pulls(&mut self, image: &str) {
        let (repository, tag) = parts(image);
        let tag = image.split_once('@').map_or(tag, |(_, digest)| digest);
        self.set("fromImage", repository.to_owned());
        self.set("tag", tag.to_owned());
    }

    /// Filters, also in the form of daemons before 1.22.
    pub(super) fn filters(&self) -> Result<Filters, Fault> {
        let unread = || Fault::unread("`filters`");
        let text = self.get("filters").unwrap_or("{}");
        let all: BTreeMap<String, Value> = serde_json::from_str(text).map_err(|_| unread())?;
        let wanted = |value: Value| match value {
            Value::Object(map) => {
                let pairs = map.into_iter();
                let pairs = pairs.map(|(key, on)| Some((key, on.as_bool()?)));
                pairs.collect::<Option<_>>()
            }
            Value::Array(list) => {
                let words = list.into_iter();
                let words = words.map(|one| Some((one.as_str()?.to_owned(), true)));
                words.collect()
            }
            Value::Null => Some(BTreeMap::new()),
            _ => None,
        };
        all.into_iter()
            .map(|(of, value)| Ok((of, wanted(value).ok_or_else(unread)?)))
            .collect()
    }

    /// Asks for a property, too.
    pub(super) fn filter(&mut self, of: &str, value: &str) -> Result<(), Fault> {
        let mut filters = self.filters()?;
        filters
            .entry(of.to_owned())
            .or_default()
            .insert(value.to_owned(), true);
        self.set(
            "filters",
            serde_json::to_string(&filters).unwrap_or_default(),
        );
        Ok(())
    }

    /// As it stands behind a path, with its question mark.
    pub(super) fn text(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(&self.0);
        let pairs = pairs.finish();
        format!("?{pairs}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_joined_in_either_form() {
        for text in [
            "all=1&filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D",
            "all=1&filters=%7B%22label%22%3A%7B%22a%3Db%22%3Atrue%7D%7D",
        ] {
            let mut query = Query::parse(text);
            query.filter("label", "c").expect("filters");
            assert_eq!(
                query.get("filters"),
                Some(r#"{"label":{"a=b":true,"c":true}}"#)
            );
            assert!(query.is_on("all") && !query.is_on("size"));
            assert!(
                query.text().starts_with("?all=1&filters=%7B"),
                "{}",
                query.text()
            );
        }
        assert_eq!(Query::parse("").text(), "");
        for text in ["garbage", "[]", r#"{"label":7}"#, r#"{"label":{"a":"b"}}"#] {
            let mut query = Query::default();
            query.set("filters", text.to_owned());
            assert!(query.filter("label", "c").is_err(), "{text}");
        }
        let mut query = Query::parse("name=a&force=off");
        query.precede("name=b");
        assert_eq!((query.get("name"), query.is_on("force")), (Some("b"), true));
    }
}
