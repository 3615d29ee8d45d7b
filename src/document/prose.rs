//! What the sentence before a block says of it: that it is a file, and which, or an output.

use super::block::Part;
use super::file::{is_file_name, is_known_file};
use super::role::Reader;

impl<'a> Reader<'a> {
    /// Whether a file that the page has saved before gets something more.
    pub(super) fn is_to_be_added_to(&self, path: &str) -> bool {
        let says_add = self.sentence().is_some_and(|(sentence, _)| {
            sentence.starts_with("add ") || sentence.contains(" add ")
        });
        let is_there =
            |part: &Part| matches!(part, Part::File { path: saved, .. } if saved == path);
        says_add
            && self
                .blocks
                .iter()
                .any(|block| block.parts.iter().any(is_there))
    }

    /// The sentence that leads to the block, in small letters, and the code in its paragraph.
    fn sentence(&self) -> Option<(String, &'a [String])> {
        let (text, code) = self.prose?;
        let sentence = text.trim_end().trim_end_matches([':', '.']);
        let sentence = sentence.rsplit(". ").next()?.to_lowercase();
        Some((sentence, code))
    }

    /// Whether it tells of what a reader sees, ends with a colon, and names no file.
    pub(super) fn says_output(&self) -> bool {
        const WORDS: &[&str] = &[
            "should see",
            "will see",
            "'ll see",
            "output",
            "prints",
            "printed",
            "returns",
            "respon",
            "result",
        ];
        self.leads_on()
            && self.file_named().is_none()
            && self
                .sentence()
                .is_some_and(|(sentence, _)| WORDS.iter().any(|word| sentence.contains(word)))
    }

    /// Whether the paragraph before ends with a colon.
    pub(super) fn leads_on(&self) -> bool {
        self.prose
            .is_some_and(|(text, _)| text.trim_end().ends_with(':'))
    }

    /// The last file that it names, as code, or by a name that nothing else has.
    pub(super) fn file_named(&self) -> Option<&'a str> {
        let (sentence, code) = self.sentence()?;
        let mut names = code.iter().rev().map(String::as_str);
        let (text, _) = self.prose?;
        let mut words = text
            .split([' ', '\n', ',', ':', '(', ')'])
            .rev()
            .filter(|word| is_known_file(word));
        let is_named = |name: &&str| sentence.contains(&name.to_lowercase());
        names
            .find(|name| is_file_name(name) && is_named(name))
            .or_else(|| words.find(is_named))
    }

    /// The file that the sentence before the block says to create.
    pub(super) fn file_in_prose(&self) -> Option<&'a str> {
        const VERBS: &[&str] = &["create", "save", "paste", "write", "make", "add", "put"];
        let (sentence, _) = self.sentence()?;
        let has = |wanted: &dyn Fn(&str) -> bool| {
            sentence.split(|c: char| !c.is_alphabetic()).any(wanted)
        };
        let says_verb = has(&|word| VERBS.contains(&word.trim_end_matches('s')));
        let says = (says_verb || sentence.contains("this as"))
            && !has(&|word| matches!(word, "not" | "don" | "never"));
        self.file_named().filter(|_| says)
    }
}
