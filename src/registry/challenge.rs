//! How a registry says what it wants to see (RFC 7235, and the distribution project's token specification).

/// What is to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// Name and password.
    Basic,
    /// A token, which is to be had elsewhere.
    Bearer {
        realm: String,
        service: Option<String>,
    },
}

impl Challenge {
    /// `Bearer realm="https://auth.docker.io/token",service="registry.docker.io"`
    pub(super) fn of(header: &str) -> Option<Challenge> {
        let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Challenge::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        Some(Challenge::Bearer {
            realm: value(rest, "realm")?,
            service: value(rest, "service"),
        })
    }
}

/// The value of `name="value"` in a list; there may be commas in it.
fn value(list: &str, name: &str) -> Option<String> {
    let mut rest = list;
    while let Some((key, behind)) = rest.split_once("=\"") {
        let (value, behind) = behind.split_once('"')?;
        if key.trim_matches([',', ' ']).eq_ignore_ascii_case(name) {
            return Some(value.to_owned());
        }
        rest = behind;
    }
    None
}

/// The token in an answer.
pub(super) fn token(text: &str) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_str(text).ok()?;
    let token = answer["token"]
        .as_str()
        .or_else(|| answer["access_token"].as_str())?;
    // It becomes part of a header.
    let is_token = token.bytes().all(|byte| byte.is_ascii_graphic());
    is_token.then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        let header =
            r#"Bearer realm="https://auth/token",scope="repository:a:pull,push",service="s""#;
        assert_eq!(
            Challenge::of(header),
            Some(Challenge::Bearer {
                realm: "https://auth/token".to_owned(),
                service: Some("s".to_owned())
            })
        );
        assert_eq!(Challenge::of(r#"Basic realm="x""#), Some(Challenge::Basic));
        assert_eq!(Challenge::of("Bearer service=\"s\""), None);
        assert_eq!(Challenge::of("Negotiate"), None);
    }

    #[test]
    fn a_token_has_two_names() {
        assert_eq!(token(r#"{"token":"a"}"#).as_deref(), Some("a"));
        assert_eq!(token(r#"{"access_token":"b"}"#).as_deref(), Some("b"));
        assert_eq!(token("{\"token\":\"a\\nX: y\"}"), None);
    }
}
