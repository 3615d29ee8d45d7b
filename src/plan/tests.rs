//! Documents and recordings → steps.

use std::sync::Arc;

use super::*;
use crate::document::Place;
use crate::expectation::Recorded;
use crate::identity::Known;

fn plan_with(page: &str, settings: &Settings, recorded: &[(&str, &str)]) -> Plan {
    let document = Document::parse("page.md", page.to_owned(), &settings.reader)
        .expect("the page can be read");
    let mut expectations = Expectations::none("page.md");
    for (key, run) in recorded {
        expectations.steps.push(Recorded {
            step: (*key).to_owned(),
            run: (*run).to_owned(),
            exit: 0,
            ids: Known::new(),
            output: "1\n".to_owned(),
            varies: Vec::new(),
        });
    }
    let source = Arc::new(Source::new("expectations/page.yaml", expectations.write()));
    let source = (!recorded.is_empty()).then_some(source);
    Plan::new(document, settings, source).expect("all of it fits")
}

fn plan(page: &str) -> Plan {
    plan_with(page, &Settings::default(), &[])
}

fn keys(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.key.as_str()).collect()
}

const THREE: &str = "# Tea\n\n```sh\necho one\n```\n\n```sh\necho two\ndocker pull nginx\n```\n";

#[test]
fn keys_are_of_section_and_command_and_each_is_given_once() {
    let tea = plan(THREE);
    assert_eq!(
        keys(&tea),
        ["tea/echo-one", "tea/echo-two", "tea/pull-nginx"]
    );
    let twice = plan("```sh\nls -l\nls -a\n```\n\n```sh id=look\nls\nls\n```\n");
    assert_eq!(keys(&twice), ["start/ls", "start/ls-2", "look", "look-2"]);
}

#[test]
fn a_step_knows_its_block_and_the_page_its_output() {
    let page = "```console\n$ echo a\na\n$ echo b\n```\n\n```sh\necho c\n```\n";
    let plan = plan(page);
    let places: Vec<(usize, Option<usize>)> = plan
        .steps
        .iter()
        .map(|step| (step.block, step.part))
        .collect();
    assert_eq!(places, [(0, Some(0)), (0, Some(1)), (1, Some(0))]);
    let shown = plan.shown(&plan.steps[0]).expect("it shows `a`");
    assert_eq!(shown.text(page), "a\n");
    assert!(plan.shown(&plan.steps[1]).is_none());
    assert_eq!(
        plan.by_block().iter().map(Vec::len).collect::<Vec<_>>(),
        [2, 1]
    );
}

#[test]
fn what_is_missing_is_a_value() {
    let fates = |page: &str| -> Vec<Fate> {
        let plan = plan(page);
        plan.steps.into_iter().map(|step| step.fate).collect()
    };
    let gated = |gate| vec![Fate::Gated(gate)];
    assert_eq!(
        fates("```sh needs=gpu\nls\n```\n"),
        gated(Gate::Capability("gpu".to_owned()))
    );
    assert_eq!(
        fates("```sh\ndocker push YOUR_NAME/web\n```\n"),
        gated(Gate::Values(vec!["YOUR_NAME".to_owned()]))
    );
    assert_eq!(
        fates("```sh skip=\"too slow\"\nls\n```\n"),
        [Fate::Skipped(Some("too slow".to_owned()))]
    );
    assert_eq!(fates("```sh skip\nls\n```\n"), [Fate::Skipped(None)]);
    assert_eq!(
        fates("<!-- tutcheck manual -->\n"),
        [Fate::Manual(Task::Said(None))]
    );
    assert_eq!(
        fates("```sh skip\ndocker run -it busybox\n```\n\n```console\n/ # ls\n```\n")[1],
        Fate::Gated(Gate::NotRun { line: 2 })
    );
}

#[test]
fn values_are_put_into_commands() {
    let mut settings = Settings::default();
    settings
        .variables
        .insert("YOUR_NAME".to_owned(), "ada".to_owned());
    let plan = plan_with("```sh\ndocker push YOUR_NAME/web\n```\n", &settings, &[]);
    let step = &plan.steps[0];
    assert_eq!(step.fate, Fate::Runs);
    assert_eq!(step.written(), "docker push YOUR_NAME/web");
    assert_eq!(step.typed(), "docker push ada/web");
}

#[test]
fn a_step_that_is_inserted_disturbs_no_recording() {
    let recorded = [("tea/echo-one", "echo one"), ("tea/echo-two", "echo two")];
    let of = |page: &str| -> Vec<Option<usize>> {
        let plan = plan_with(page, &Settings::default(), &recorded);
        plan.steps.iter().map(|step| step.recorded).collect()
    };
    assert_eq!(of(THREE), [Some(0), Some(1), None]);
    let inserted = THREE.replace("echo one\n", "echo zero\necho one\n");
    assert_eq!(of(&inserted), [None, Some(0), Some(1), None]);
    let moved = THREE.replace("# Tea", "# Coffee");
    assert_eq!(of(&moved), [Some(0), Some(1), None], "known by the command");
    let changed = THREE.replace("echo two", "echo 2");
    assert_eq!(of(&changed)[0], Some(0));
}

#[test]
fn teardown_comes_last_and_what_is_opened_is_in_front() {
    let page = "<!-- tutcheck teardown\nrm x\n-->\n\n```sh\ndocker run -it busybox\n```\n\n\
                ```console\n/ # ls\n/ # exit\n```\n";
    let plan = plan(page);
    let typed: Vec<&str> = plan.steps.iter().map(Step::written).collect();
    assert_eq!(typed, ["docker run -it busybox", "ls", "exit", "rm x"]);
    assert_eq!(plan.steps[1].place, Place::Inside);
    assert!(plan.uses_docker);
}

#[test]
fn steps_of_the_first_blocks_do_not_depend_on_those_behind_them() {
    let blocks = [
        "```sh\necho one\n```\n\n",
        "```console\n$ docker run -it busybox\n/ # ls\nbin\n/ # exit\n```\n\n",
        "```sh skip\nls\n```\n\n",
        "Create `a.txt`:\n\n```text\nhello\n```\n\n",
        "```sh\ncat a.txt\ndocker stop YOUR_ID\n```\n\n",
    ];
    let whole = plan(&blocks.concat());
    for length in 1..blocks.len() {
        let part = plan(&blocks[..length].concat());
        for (some, all) in part.steps.iter().zip(&whole.steps) {
            assert_eq!(some.key, all.key);
            assert_eq!(some.action, all.action);
            assert_eq!(some.fate, all.fate, "{}", some.key);
            assert_eq!(some.in_front, all.in_front, "{}", some.key);
        }
    }
}
