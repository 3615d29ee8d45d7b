//! Two lines, word by word: which are the same, which stand for each other, and why not.

use std::borrow::Cow;
use std::fmt::Write;

use super::Rules;
use super::bindings::Bindings;
use super::emphasis::{Marks, emphasis};
use super::ids::{is_generated_name, is_hash};
use super::names::is_made_up;
use super::profile::Knowledge;
use super::tokens::{Token, are_digests, may_have_identifiers, tokens};
use super::varying::{Settled, are_of_one_shape};
use super::vocabulary::Vocabulary;
use super::why::{Why, Word};
use crate::identity::{Identity, Kind};

/// What two lines are compared by.
pub(super) struct Matcher<'a> {
    pub(super) knowledge: &'a Knowledge<'a>,
    pub(super) expected: Vocabulary<'a>,
    pub(super) live: Vocabulary<'a>,
    pub(super) settled: Settled<'a>,
    pub(super) rules: &'a Rules,
    pub(super) step: usize,
}

impl Matcher<'_> {
    /// Only on a page do `...` and ` (re)` mean something; a recording is what was really printed.
    pub(super) fn is_authored(&self) -> bool {
        !self.expected.complete
    }

    /// Compares two lines as they are; with bindings, identifiers are bound as they are met.
    pub(super) fn literally(
        &self,
        expected: &str,
        live: &str,
        mut bindings: Option<&mut Bindings>,
    ) -> Result<(), Why> {
        if expected == live && self.is_plain(live) {
            return Ok(());
        }
        let live = &*self.settled.apply(expected, live);
        let (masked_expected, masked_live) = (self.masked(expected), self.masked(live));
        let mut expected_tokens = tokens(&masked_expected);
        let mut live_tokens = tokens(&masked_live);
        loop {
            let (rest_of_expected, rest_of_live) = (expected_tokens.rest(), live_tokens.rest());
            match (expected_tokens.next(), live_tokens.next()) {
                (None, None) => return Ok(()),
                // How far a line is indented means something.
                (Some(Token::Blank(e)), Some(Token::Blank(l)))
                    if rest_of_expected.len() == masked_expected.len() =>
                {
                    if e != l && !(self.is_authored() && (e.contains('\t') || l.contains('\t'))) {
                        return Err(Why::Blanks);
                    }
                }
                (Some(e), Some(l)) => self.token(e, l, bindings.as_deref_mut())?,
                (Some(_), None) => {
                    return Err(Why::EndMissing(clipped(rest_of_expected)));
                }
                (None, Some(_)) => {
                    return Err(Why::EndNew(clipped(rest_of_live)));
                }
            }
        }
    }

    /// Nothing in the text is more than itself.
    fn is_plain(&self, text: &str) -> bool {
        self.live.is_empty() || !may_have_identifiers(text)
    }

    /// How many bytes of a live line are like the whole of an expected one: for what stands before
    /// a gap.
    pub(super) fn prefix(&self, expected: &str, live: &str) -> Option<usize> {
        if live.starts_with(expected) {
            return Some(expected.len());
        }
        let mut expected_tokens = tokens(expected.trim_end());
        let mut live_tokens = tokens(live);
        loop {
            let before = live_tokens.rest();
            let Some(wanted) = expected_tokens.next() else {
                return Some(live.len() - before.len());
            };
            let found = live_tokens.next()?;
            if self.token(wanted, found, None).is_err() {
                // The last word may be cut short by the gap.
                let is_last = expected_tokens.rest().is_empty();
                let is_cut = matches!(wanted, Token::Text(_) | Token::Number(_))
                    && found.text().starts_with(wanted.text())
                    && is_last
                    && expected.trim_end().len() == expected.len();
                return is_cut.then(|| live.len() - before.len() + wanted.text().len());
            }
        }
    }

    /// Which words differ: of two lines of one build, those that are not forgiven.
    pub(super) fn marks(&self, expected: &str, live: &str) -> Marks {
        let place = |line: &str, rest: &str| line.len() - rest.len();
        let mut marks: Marks = (Vec::new(), Vec::new());
        let (mut e, mut l) = (tokens(expected), tokens(live));
        loop {
            let (from_e, from_l) = (place(expected, e.rest()), place(live, l.rest()));
            match (e.next(), l.next()) {
                (None, None) => return marks,
                (Some(one), Some(other)) => {
                    if self.token(one, other, None).is_err() {
                        marks.0.push(from_e..place(expected, e.rest()));
                        marks.1.push(from_l..place(live, l.rest()));
                    }
                }
                (Some(_), None) | (None, Some(_)) => return emphasis(expected, live),
            }
        }
    }

    pub(super) fn masked<'t>(&self, line: &'t str) -> Cow<'t, str> {
        let mut masked = Cow::Borrowed(line);
        for mask in &self.rules.masks {
            masked = mask.replace_all(&masked, "…").into_owned().into();
        }
        masked
    }

    pub(super) fn token(
        &self,
        expected: Token<'_>,
        live: Token<'_>,
        bindings: Option<&mut Bindings>,
    ) -> Result<(), Why> {
        match (expected, live) {
            (
                Token::Size {
                    bytes: e,
                    text: expected,
                },
                Token::Size {
                    bytes: l,
                    text: live,
                },
            ) => {
                if self.is_exact("size") {
                    return differs(expected, live);
                }
                if self.knowledge.measures("size") {
                    return Ok(());
                }
                let near = e.max(l) <= 2.0 * e.min(l);
                near.then_some(()).ok_or_else(|| Why::Sizes {
                    expected: expected.to_owned(),
                    live: live.to_owned(),
                })
            }
            (Token::Duration(e), Token::Duration(l)) if self.is_exact("duration") => differs(e, l),
            (Token::Percentage(e), Token::Percentage(l)) if self.is_exact("percentage") => {
                differs(e, l)
            }
            (Token::Number(_), Token::Number(_)) if self.knowledge.measures("number") => Ok(()),
            (Token::Number(e), Token::Number(l))
                if self.knowledge.asks_for_process() && e.len().min(l.len()) > 1 =>
            {
                Ok(())
            }
            (Token::Age(_), Token::Age(_))
            | (Token::Duration(_), Token::Duration(_))
            | (Token::Moment(_), Token::Moment(_))
            | (Token::Percentage(_), Token::Percentage(_))
            | (Token::Rate(_), Token::Rate(_))
            | (Token::Uuid(_), Token::Uuid(_))
            | (Token::Temporary(_), Token::Temporary(_))
            | (Token::Pointer(_), Token::Pointer(_))
            | (Token::Key(_), Token::Key(_)) => Ok(()),
            (Token::Mac(e), Token::Mac(l)) => {
                let is_dockers = |mac: &str| mac.starts_with("02:42:");
                if self.knowledge.is_docker() || (is_dockers(e) && is_dockers(l)) {
                    Ok(())
                } else {
                    differs(e, l)
                }
            }
            (Token::Process(e), Token::Process(l)) | (Token::Workspace(e), Token::Workspace(l)) => {
                differs(e, l)
            }
            // On a page stands the author's home.
            (Token::Home(_), Token::Workspace("/home")) if self.is_authored() => Ok(()),
            (Token::Home(e), Token::Home(l)) => differs(e, l),
            (
                Token::Text(e)
                | Token::Id(e)
                | Token::Digest(e)
                | Token::Address(e)
                | Token::Number(e),
                Token::Text(l)
                | Token::Id(l)
                | Token::Digest(l)
                | Token::Address(l)
                | Token::Number(l),
            ) => self.word((expected, e), (live, l), bindings),
            (Token::Blank(e), Token::Blank(l)) if self.are_columns(e, l) => Ok(()),
            _ => same(expected, live),
        }
    }

    /// Whether a kind of token is compared exactly: because the author says so, or because such a command
    /// prints what was set and not what was measured.
    fn is_exact(&self, kind: &str) -> bool {
        self.rules.is_strict(kind) || self.knowledge.sets(kind)
    }

    /// Between columns there are as many blanks as the widest cell leaves; and on a page that was copied
    /// from a screen, a tab is some blanks.
    fn are_columns(&self, expected: &str, live: &str) -> bool {
        let has_tab = || self.is_authored() && (expected.contains('\t') || live.contains('\t'));
        self.knowledge.is_docker() || (expected.len() > 1 && live.len() > 1) || has_tab()
    }

    /// Two words, of which each may be an identifier.
    fn word(
        &self,
        (expected_token, expected): (Token<'_>, &str),
        (live_token, live): (Token<'_>, &str),
        bindings: Option<&mut Bindings>,
    ) -> Result<(), Why> {
        let expected_as = self.expected.identity(expected);
        let live_as = self.live.identity(live);
        let kinds = (expected_as.map(|one| one.kind), live_as.map(|one| one.kind));
        match kinds {
            (Some(e), Some(l)) if e == l => {
                self.bind((expected, expected_as), (live, live_as), e, bindings)
            }
            // Of a page nobody has said what its words are: one in the right form stands for what is
            // found in its place.
            (None, Some(kind))
                if self.is_authored() && has_form(expected_token, expected, kind) =>
            {
                self.bind((expected, None), (live, live_as), kind, bindings)
            }
            // A name that the tutorial chose may be what the daemon chose elsewhere, or the user's.
            _ if expected == live => Ok(()),
            // Docker repeats an ID as it was typed, however short.
            (None, None)
                if bindings
                    .as_deref()
                    .is_some_and(|bindings| bindings.are_starts_of_one(expected, live)) =>
            {
                Ok(())
            }
            (None, None) if self.knowledge.has_hashes() && is_hash(expected) && is_hash(live) => {
                let (expected, live) = ((expected, None), (live, None));
                self.bind(expected, live, Kind::Commit, bindings)
            }
            (None, _) | (Some(Kind::Name), None) if is_made_up(expected) && is_made_up(live) => {
                let (expected, live) = ((expected, expected_as), (live, live_as));
                self.bind(expected, live, Kind::Name, bindings)
            }
            (None, _) if self.rules.loose && are_of_one_shape(expected, live) => Ok(()),
            // In containerd's store an image's ID is its manifest's digest: one word for two elsewhere.
            (Some(Kind::Digest | Kind::Image), Some(Kind::Digest | Kind::Image))
                if are_digests(expected_token, live_token) && !self.rules.is_strict("digest") =>
            {
                Ok(())
            }
            (Some(expected), Some(live)) => Err(Why::Kinds { expected, live }),
            (None | Some(Kind::Digest), None) | (None, Some(Kind::Digest))
                if are_digests(expected_token, live_token)
                    && (self.knowledge.is_docker() || kinds != (None, None)) =>
            {
                if self.rules.is_strict("digest") {
                    differs(expected, live)
                } else {
                    self.bind((expected, None), (live, None), Kind::Digest, bindings)
                }
            }
            (_, None) if is_id(expected_token) && is_id(live_token) => Err(Why::UnknownIds {
                expected: short(expected).to_owned(),
                live: short(live).to_owned(),
            }),
            _ => differs(expected, live),
        }
    }

    pub(super) fn bind(
        &self,
        expected: (&str, Option<&Identity>),
        live: (&str, Option<&Identity>),
        kind: Kind,
        bindings: Option<&mut Bindings>,
    ) -> Result<(), Why> {
        if kind == Kind::Digest && self.rules.is_strict("digest") {
            return differs(expected.0, live.0);
        }
        match bindings {
            Some(bindings) => bindings.bind(expected, live, kind, self.step),
            None => Ok(()),
        }
    }
}

/// Whether a word on a page could be what the daemon knows of the live one.
fn has_form(token: Token<'_>, word: &str, kind: Kind) -> bool {
    match kind {
        Kind::Name => is_generated_name(word),
        Kind::Address => matches!(token, Token::Address(_)),
        Kind::Port => word.parse::<u16>().is_ok_and(|port| port >= 32768),
        // Nobody can tell from a page what its author's machine and user are called.
        Kind::Host | Kind::User => false,
        _ => is_id(token),
    }
}

fn is_id(token: Token<'_>) -> bool {
    matches!(token, Token::Id(_) | Token::Digest(_))
}

fn differs(expected: &str, live: &str) -> Result<(), Why> {
    if expected == live {
        Ok(())
    } else {
        Err(Why::Word {
            expected: Word::Text(clipped(expected)),
            live: Word::Text(clipped(live)),
        })
    }
}

fn same(expected: Token<'_>, live: Token<'_>) -> Result<(), Why> {
    let is_blank = |token| matches!(token, Token::Blank(_));
    if expected == live {
        Ok(())
    } else if is_blank(expected) && is_blank(live) {
        Err(Why::Blanks)
    } else {
        Err(Why::Word {
            expected: described(expected),
            live: described(live),
        })
    }
}

fn described(token: Token<'_>) -> Word {
    match token {
        Token::Blank(_) => Word::Blank,
        Token::Workspace(_) => Word::WorkingDirectory,
        Token::Process(_) => Word::Job,
        Token::Mac(_) => Word::HardwareAddress,
        Token::Age(text) => Word::Age(text.to_owned()),
        Token::Duration(text) => Word::Duration(text.to_owned()),
        Token::Moment(text) => Word::Time(text.to_owned()),
        Token::Id(text) | Token::Digest(text) => Word::Text(short(text).to_owned()),
        Token::Text(text)
        | Token::Size { text, .. }
        | Token::Address(text)
        | Token::Home(text)
        | Token::Number(text)
        | Token::Uuid(text)
        | Token::Temporary(text)
        | Token::Pointer(text)
        | Token::Key(text)
        | Token::Percentage(text)
        | Token::Rate(text) => Word::Text(clipped(text)),
    }
}

/// Enough of a text to be told in a sentence; what looks like a blank and is none, or like nothing, by its
/// number.
fn clipped(text: &str) -> String {
    const MOST: usize = 60;
    let mut told = String::new();
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    for (number, character) in text.chars().enumerate() {
        if number == MOST {
            told.push('…');
            break;
        }
        match character {
            '\u{a0}'
            | '\u{ad}'
            | '\u{2000}'..='\u{200d}'
            | '\u{202f}'
            | '\u{3000}'
            | '\u{feff}' => {
                let _ = write!(told, "‹U+{:04X}›", u32::from(character));
            }
            _ => told.push(character),
        }
    }
    told
}

fn short(identifier: &str) -> &str {
    &identifier[..identifier.len().min(12)]
}
