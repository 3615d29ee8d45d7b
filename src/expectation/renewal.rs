//! Recording again without churn: what still matches keeps its old text.

use super::Recorded;
use crate::matching::{Aligned, Bindings, Comparison};

/// The recording of a step that was played again. Lines that still say the same keep their old
/// text, and an identifier in a new line is written as the old ones are, if it is one of them.
pub fn renew(
    old: &Recorded,
    fresh: Recorded,
    comparison: &Comparison,
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
    let old_lines: Vec<&str> = old.output.split('\n').collect();
    let mut lines: Vec<String> = fresh
        .output
        .split('\n')
        .map(|line| bindings.as_recorded(line))
        .collect();
    for aligned in &comparison.lines {
        if let Aligned::Same { expected, live } = *aligned
            && let (Some(line), Some(old)) = (lines.get_mut(live), old_lines.get(expected))
        {
            (*old).clone_into(line);
        }
    }
    let output = lines.join("\n");
    let ids = fresh
        .ids
        .iter()
        .map(|(word, kind)| (bindings.as_recorded(word), kind.clone()))
        .chain(
            old.ids
                .iter()
                .map(|(word, kind)| (word.clone(), kind.clone())),
        )
        .filter(|(word, _)| output.contains(word.as_str()))
        .collect();
    Recorded {
        ids,
        output,
        ..fresh
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::{Kind, Known, Rules, Side, compare};

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
        }
    }

    fn renewed(old: &Recorded, fresh: Recorded) -> Recorded {
        let mut bindings = Bindings::default();
        let old_side = Side {
            text: &old.output,
            known: &old.ids,
            complete: true,
        };
        let live = Side {
            text: &fresh.output,
            known: &fresh.ids,
            complete: true,
        };
        let comparison = compare("x", old_side, live, &Rules::default(), 1, &mut bindings);
        renew(old, fresh, &comparison, &bindings)
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
