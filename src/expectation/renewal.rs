//! Recording again without churn: what still matches keeps its old text.

use super::Recorded;
use crate::identity::Identity;
use crate::matching::{self, Aligned, Bindings, Comparison, Spot};

/// The recording of a step that was played again. Lines that still say the same keep their old
/// text, and an identifier in a new line is written as the old ones are, if it is one of them.
pub fn renew(
    old: &Recorded,
    fresh: Recorded,
    comparison: &Comparison,
    earlier: &[Recorded],
    bindings: &Bindings,
) -> Recorded {
    if comparison.is_same() {
        return Recorded {
            step: fresh.step,
            run: fresh.run,
            exit: fresh.exit,
            ..old.clone()
        };
    }
    let fresh = join(fresh, earlier, bindings);
    if is_numbered(&fresh.output) || has_other_columns(&old.output, &fresh.output) {
        return Recorded {
            varies: carried(old, &fresh.output),
            ..fresh
        };
    }
    let old_lines: Vec<&str> = old.output.split('\n').collect();
    let mut lines: Vec<&str> = fresh.output.split('\n').collect();
    for aligned in &comparison.lines {
        if let Aligned::Same { expected, live } = *aligned
            && let (Some(line), Some(old)) = (lines.get_mut(live), old_lines.get(expected))
        {
            *line = old;
        }
    }
    let output = lines.join("\n");
    let ids = fresh
        .ids
        .iter()
        .chain(&old.ids)
        .filter(|(word, _)| output.contains(word.as_str()))
        .map(|(word, kind)| (word.clone(), kind.clone()))
        .collect();
    Recorded {
        ids,
        varies: carried(old, &output),
        output,
        ..fresh
    }
}

/// What was seen to vary, as far as the lines are still there.
pub(super) fn carried(old: &Recorded, output: &str) -> Vec<Spot> {
    matching::carried(&old.output, &old.varying(), output)
}

/// Whether lines say by a number to which step of a build they belong: an old line among new ones would
/// have another's number.
fn is_numbered(output: &str) -> bool {
    output.lines().any(|line| line.starts_with("#1 "))
}

/// Whether both are tables, of which the columns stand elsewhere: below its own header, an old row would be one
/// of other cells.
fn has_other_columns(old: &str, fresh: &str) -> bool {
    let is_header = |line: &&str| {
        let is_name = |c: char| c.is_ascii_uppercase() || " /%".contains(c);
        line.contains("  ") && line.starts_with(char::is_alphabetic) && line.chars().all(is_name)
    };
    let header = |text: &str| text.lines().find(is_header).map(str::to_owned);
    header(old).is_some_and(|old| header(fresh).is_some_and(|fresh| fresh != old))
}

/// The recording of a step that had none. An identifier that older recordings know is written as in
/// them, and with it the made-up name that goes with it: otherwise one object would be two.
pub fn join(fresh: Recorded, earlier: &[Recorded], bindings: &Bindings) -> Recorded {
    let mut bindings = bindings.clone();
    let known = || earlier.iter().flat_map(|recorded| &recorded.ids);
    for (live, identity) in &fresh.ids {
        let Some(owner) = identity.of.as_deref().map(|of| bindings.as_recorded(of)) else {
            continue;
        };
        let its =
            known().find(|(_, old)| old.of.as_ref() == Some(&owner) && old.kind == identity.kind);
        if let Some((recorded, _)) = its {
            bindings.learn(recorded, live);
        }
    }
    let ids = fresh.ids.iter().map(|(word, identity)| {
        let of = identity.of.as_deref().map(|of| bindings.as_recorded(of));
        let identity = Identity {
            of,
            ..identity.clone()
        };
        (bindings.as_recorded(word), identity)
    });
    Recorded {
        output: bindings.as_recorded(&fresh.output),
        ids: ids.collect(),
        ..fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::{Kind, Known};
    use crate::matching::{Rules, Side, compare};

    fn recorded(output: &str, ids: &[&str]) -> Recorded {
        Recorded {
            step: "a/b".into(),
            run: "x".into(),
            exit: 0,
            ids: ids
                .iter()
                .map(|id| ((*id).to_owned(), Kind::Container.into()))
                .collect::<Known>(),
            output: output.into(),
            varies: Vec::new(),
        }
    }

    fn renewed(old: &Recorded, fresh: Recorded) -> Recorded {
        let (comparison, bindings) = compared(old, &fresh);
        renew(old, fresh, &comparison, &[], &bindings)
    }

    fn compared(old: &Recorded, fresh: &Recorded) -> (Comparison, Bindings) {
        let mut bindings = Bindings::default();
        let old_side = Side::whole(&old.output, &old.ids);
        let live = Side::whole(&fresh.output, &fresh.ids);
        let comparison = compare("x", old_side, live, &Rules::default(), 1, &mut bindings);
        (comparison, bindings)
    }

    #[test]
    fn a_new_step_speaks_of_the_old_ids() {
        let old = recorded("aaaaaaaaaaaa\n", &["aaaaaaaaaaaa"]);
        let fresh = recorded("111111111111\n", &["111111111111"]);
        let (_, bindings) = compared(&old, &fresh);
        let new = recorded(
            "host 111111111111 and 222222222222\n",
            &["111111111111", "222222222222"],
        );
        let expected = recorded(
            "host aaaaaaaaaaaa and 222222222222\n",
            &["aaaaaaaaaaaa", "222222222222"],
        );
        assert_eq!(join(new, &[], &bindings), expected);
    }

    #[test]
    fn a_build_that_changed_is_written_as_a_whole() {
        let old = recorded(
            "#1 [1/2] RUN a\n#1 DONE 0.1s\n#2 [2/2] RUN b\n#2 DONE 0.1s\n",
            &[],
        );
        let fresh = recorded(
            "#1 [1/3] RUN a\n#1 DONE 0.2s\n#2 [2/3] RUN c\n#2 DONE 0.2s\n#3 [3/3] RUN b\n#3 DONE 0.2s\n",
            &[],
        );
        assert_eq!(renewed(&old, fresh.clone()), fresh);
    }

    #[test]
    fn below_another_header_no_row_is_old() {
        let old = recorded("NAME   IMAGE\nweb    nginx\ndb     redis\n", &[]);
        let fresh = recorded(
            "NAME       IMAGE\nweb        nginx\ndatabase   redis\n",
            &[],
        );
        assert_eq!(renewed(&old, fresh.clone()), fresh);
    }

    #[test]
    fn what_still_matches_stays_as_it_was() {
        let old = recorded("id aaaaaaaaaaaa\nup 2 minutes\n", &["aaaaaaaaaaaa"]);
        let fresh = recorded("id 111111111111\nup 3 hours\n", &["111111111111"]);
        assert_eq!(renewed(&old, fresh), old);
    }

    #[test]
    fn only_what_changed_is_new_and_speaks_of_the_old_ids() {
        let old = recorded(
            "id aaaaaaaaaaaa\nup 2 minutes\nport 80\n",
            &["aaaaaaaaaaaa"],
        );
        let fresh = recorded(
            "id 111111111111\nup 3 hours\nport 81 of 111111111111\n",
            &["111111111111"],
        );
        let expected = recorded(
            "id aaaaaaaaaaaa\nup 2 minutes\nport 81 of aaaaaaaaaaaa\n",
            &["aaaaaaaaaaaa"],
        );
        assert_eq!(renewed(&old, fresh), expected);
    }
}
