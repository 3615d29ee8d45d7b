//! The nightly job, ready to be put into a repository.

/// For GitHub Actions.
const GITHUB: &str = include_str!("workflow/github.yml");
/// For GitLab CI.
const GITLAB: &str = include_str!("workflow/gitlab.yml");
/// A line for cron.
const CRON: &str = include_str!("workflow/cron");

/// The nightly job for a host (`github`, `gitlab`, `cron`) and some pages.
pub fn workflow(host: &str, pages: &[String]) -> String {
    let text = match host {
        "github" => GITHUB,
        "gitlab" => GITLAB,
        _ => CRON,
    };
    let pages = match pages {
        [] => "tutorial".to_owned(),
        pages => pages.join(" "),
    };
    text.replace("{PAGES}", &pages)
}

#[cfg(test)]
mod tests {
    use super::workflow;

    #[test]
    fn the_job_is_of_the_pages_that_are_said() {
        assert!(workflow("github", &[]).contains("      PAGES: tutorial\n"));
        let two = ["a.md".to_owned(), "docs".to_owned()];
        assert!(workflow("gitlab", &two).contains("    PAGES: a.md docs\n"));
        assert!(workflow("cron", &two).contains("tutcheck drift a.md docs 2>&1"));
    }
}
