//! What lines look like once everything that varies is left out, and how well their identifiers agree.

use super::bindings::Bindings;
use super::ids::{is_generated_name, is_hash};
use super::names::is_made_up;
use super::tokens::{Token, tokens};
use super::vocabulary::Vocabulary;
use super::words::Matcher;
use crate::identity::Kind;

impl Matcher<'_> {
    /// How well the identifiers of two lines of one shape agree with what was bound: more for each that
    /// was bound to the other, less for each that was bound to something else.
    pub(super) fn agreement(&self, expected: &str, live: &str, bindings: &Bindings) -> i32 {
        let of_words = |(e, l): (Token<'_>, Token<'_>)| {
            let (expected, live) = (e.text(), l.text());
            let Some(identity) = self.live.identity(live) else {
                return 0;
            };
            match bindings.live_of(expected) {
                Some(bound) if bound.starts_with(live) || live.starts_with(bound) => 1,
                _ if bindings
                    .fits(expected, live, identity.kind, self.step)
                    .is_err() =>
                {
                    -1
                }
                _ => 0,
            }
        };
        tokens(expected).zip(tokens(live)).map(of_words).sum()
    }

    /// A line with everything that varies left out.
    pub(super) fn shape(&self, line: &str, side: &Vocabulary<'_>) -> String {
        let line = self.masked(line);
        let mut shape = String::with_capacity(line.len());
        for token in tokens(&line) {
            let known = side.identity(token.text()).map(|one| one.kind);
            match (token, known) {
                (Token::Text(text) | Token::Id(text), None)
                    if self.knowledge.has_hashes() && is_hash(text) =>
                {
                    shape.push_str("‹hash›");
                }
                (Token::Id(word), None) if side.complete => shape.push_str(word),
                (Token::Text(word), None) if !side.complete && is_generated_name(word) => {
                    shape.push_str("‹name›");
                }
                (Token::Digest(_), _) => shape.push_str("‹digest›"),
                (Token::Id(_), None) => shape.push_str("‹id›"),
                (
                    Token::Text(_) | Token::Id(_) | Token::Address(_) | Token::Number(_),
                    Some(kind),
                ) => {
                    shape.push('‹');
                    shape.push_str(match kind {
                        Kind::Name => "name",
                        Kind::Address => "address",
                        Kind::Port => "port",
                        Kind::Host => "host",
                        Kind::User => "user",
                        _ => "id",
                    });
                    shape.push('›');
                }
                (Token::Address(word), None) if side.complete => shape.push_str(word),
                (Token::Address(_), None) => shape.push_str("‹address›"),
                (Token::Blank(blank), _) if shape.is_empty() => shape.push_str(blank),
                (Token::Blank(_), _) if self.knowledge.is_docker() => shape.push(' '),
                (Token::Blank(blank), _) => {
                    shape.push_str(if blank.len() > 1 { "  " } else { " " });
                }
                (Token::Text(text), _) if is_made_up(text) => shape.push_str("‹name›"),
                (Token::Number(_), _) if self.knowledge.measures("number") => {
                    shape.push_str("‹number›");
                }
                (Token::Text(text) | Token::Number(text), _) => shape.push_str(text),
                (Token::Uuid(_), _) => shape.push_str("‹uuid›"),
                (Token::Temporary(_), _) => shape.push_str("‹temporary›"),
                (Token::Pointer(_), _) => shape.push_str("‹pointer›"),
                (Token::Key(_), _) => shape.push_str("‹key›"),
                (Token::Size { .. }, _) => shape.push_str("‹size›"),
                (Token::Age(_), _) => shape.push_str("‹age›"),
                (Token::Duration(_), _) => shape.push_str("‹duration›"),
                (Token::Moment(_), _) => shape.push_str("‹moment›"),
                (Token::Percentage(_), _) => shape.push_str("‹percentage›"),
                (Token::Rate(_), _) => shape.push_str("‹rate›"),
                (Token::Mac(_), _) => shape.push_str("‹mac›"),
                (Token::Process(_), _) => shape.push_str("‹process›"),
                (Token::Workspace(_), _) => shape.push_str("‹workspace›"),
                (Token::Home(_), _) if !side.complete => shape.push_str("‹workspace›"),
                (Token::Home(path), _) => shape.push_str(path),
            }
        }
        shape
    }
}
