//! Any page is read without a panic, and every place that it names is one of the page.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tutcheck::document::{Document, Reader};

fuzz_target!(|text: &str| {
    let Ok(document) = Document::parse("page.md", text.to_owned(), &Reader::default()) else {
        return;
    };
    for block in &document.blocks {
        assert!(text.get(block.span.clone()).is_some());
        assert!(text.get(block.ruling.at.clone()).is_some());
        for command in block.commands() {
            assert!(text.get(command.span.clone()).is_some());
        }
    }
});
