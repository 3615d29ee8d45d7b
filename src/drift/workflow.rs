//! The nightly job, ready to be put into a repository.

/// For GitHub Actions.
const GITHUB: &str = include_str!("workflow/github.yml");
/// For GitLab CI.
const GITLAB: &str = include_str!("workflow/gitlab.yml");
/// A line for cron.
const CRON: &str = include_str!("workflow/cron");

/// The nightly job for a host: `github`, `gitlab`, `cron`.
pub fn workflow(host: &str) -> &'static str {
    match host {
        "github" => GITHUB,
        "gitlab" => GITLAB,
        _ => CRON,
    }
}
