//! Questions to the daemon, asked one after the other, each with a limit.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::time::Duration;

use bollard::Docker;
use bollard::models::{
    ContainerInspectResponse, ContainerSummary, EventMessage, ImageSummary, PortSummaryTypeEnum,
};
use bollard::query_parameters::{
    EventsOptionsBuilder, ListContainersOptionsBuilder, ListImagesOptionsBuilder,
    LogsOptionsBuilder,
};

use futures_util::{Stream, StreamExt};

use super::reach::{PATIENCE, Reach};
use super::{Address, Error, transport};
use crate::reference::repository;

/// What a recording says of the daemon it was made with.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The daemon's own name for itself; no other has it.
    pub id: String,
    /// `28.5.2`.
    pub engine: String,
    /// `buildkit` or `legacy`.
    pub builder: String,
    /// `linux/amd64`.
    pub platform: String,
    /// How many seconds its clock is ahead of ours.
    pub(super) clock_ahead: f64,
    /// What its clock showed when it was asked, in seconds since 1970.
    pub(super) began: f64,
}

/// What a daemon says of itself.
pub fn facts(address: &Address) -> Result<Facts, Error> {
    Engine::connect(&Reach::of(address.clone()))?.facts()
}

/// A connection to the daemon, with the thread-bound engine that bollard needs.
pub(super) struct Engine {
    pub(super) docker: Docker,
    runtime: tokio::runtime::Runtime,
    address: String,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Engine {
    pub(super) fn connect(reach: &Reach) -> Result<Engine, Error> {
        let host = reach.address().host.as_str();
        let unreachable = |reason: String| Error::Unreachable {
            address: host.to_owned(),
            reason: reach.complaint().unwrap_or_else(|| plainly(&reason)),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| unreachable(error.to_string()))?;
        let docker = transport::docker(reach).map_err(|error| unreachable(chain(&error)))?;
        let negotiated = runtime.block_on(async {
            tokio::time::timeout(reach.patience(), docker.negotiate_version()).await
        });
        let docker = match negotiated {
            Ok(Ok(docker)) => docker,
            Ok(Err(error)) => return Err(unreachable(chain(&error))),
            Err(_) => {
                return Err(unreachable(format!(
                    "it accepts and says nothing for {} s",
                    reach.patience().as_secs()
                )));
            }
        };
        Ok(Engine {
            docker,
            runtime,
            address: host.to_owned(),
        })
    }

    /// Asks a question, and waits no longer than this for the answer.
    pub(super) fn ask<T>(
        &self,
        action: &'static str,
        limit: Duration,
        question: impl Future<Output = Result<T, bollard::errors::Error>>,
    ) -> Result<T, Error> {
        let answer = self
            .runtime
            .block_on(async { tokio::time::timeout(limit, question).await });
        let request = |status, reason| Error::Request {
            action,
            status,
            reason,
        };
        match answer {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(request(status_of(&error), chain(&error))),
            Err(_) => {
                let reason = format!("no answer for {} s", limit.as_secs());
                Err(request(None, reason))
            }
        }
    }

    /// Asks for something that is told of as it goes on, to its end.
    pub(super) fn hear_out<T>(
        &self,
        action: &'static str,
        limit: Duration,
        told: impl Stream<Item = Result<T, bollard::errors::Error>>,
    ) -> Result<(), Error> {
        let mut told = Box::pin(told);
        let heard = async {
            while let Some(line) = told.next().await {
                line?;
            }
            Ok(())
        };
        self.ask(action, limit, heard)
    }

    /// Runs something that needs the thread's engine.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub(super) fn is_alive(&self) -> bool {
        self.ask("answer", PATIENCE, self.docker.ping()).is_ok()
    }

    /// What is said of a daemon that does not answer.
    pub(super) fn silent(&self) -> Error {
        Error::Unreachable {
            address: self.address.clone(),
            reason: "it was there at first; what the run made is still there".to_owned(),
        }
    }

    pub(super) fn facts(&self) -> Result<Facts, Error> {
        let info = self.ask("describe itself", PATIENCE, self.docker.info())?;
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0.0, |since| since.as_secs_f64());
        let engine = info.server_version.unwrap_or_default();
        let major = engine
            .split('.')
            .next()
            .and_then(|major| major.parse::<u32>().ok())
            .unwrap_or(0);
        let version = self.ask("tell its version", PATIENCE, self.docker.version())?;
        let theirs = info
            .system_time
            .as_deref()
            .and_then(seconds_since_1970)
            .unwrap_or(now);
        Ok(Facts {
            id: info.id.unwrap_or_default(),
            // Packagers add words of their own: `20.10.24+dfsg1`.
            engine: engine
                .split(['+', '~'])
                .next()
                .unwrap_or_default()
                .to_owned(),
            builder: if major >= 23 { "buildkit" } else { "legacy" }.to_owned(),
            began: theirs,
            platform: format!(
                "{}/{}",
                version.os.unwrap_or_default(),
                version.arch.unwrap_or_default()
            ),
            // Most of a small difference is the time that the answer took.
            clock_ahead: if (theirs - now).abs() < 1.0 {
                0.0
            } else {
                theirs - now
            },
        })
    }

    /// What happened between two times by the daemon's clock, in seconds since 1970; what it does not
    /// answer, did not happen.
    pub(super) fn events(&self, since: f64, until: f64) -> Vec<EventMessage> {
        let options = EventsOptionsBuilder::default()
            .since(&format!("{since:.9}"))
            .until(&format!("{until:.9}"))
            .build();
        let events = self.docker.events(Some(options)).collect::<Vec<_>>();
        let all = self.wait(async { tokio::time::timeout(PATIENCE, events).await });
        all.unwrap_or_default().into_iter().flatten().collect()
    }

    pub(super) fn images(&self) -> Result<Vec<ImageSummary>, Error> {
        let options = ListImagesOptionsBuilder::default().all(true).build();
        self.ask(
            "list images",
            PATIENCE * 5,
            self.docker.list_images(Some(options)),
        )
    }

    pub(super) fn containers(&self) -> Result<Vec<ContainerSummary>, Error> {
        let options = ListContainersOptionsBuilder::default().all(true).build();
        let question = self.docker.list_containers(Some(options));
        self.ask("list containers", PATIENCE * 5, question)
    }

    pub(super) fn inspect(&self, container: &str) -> Result<ContainerInspectResponse, Error> {
        let question = self.docker.inspect_container(container, None);
        self.ask("inspect a container", PATIENCE, question)
    }

    /// Whether a container is there and does not run.
    pub(super) fn has_ended(&self, container: &str) -> bool {
        self.inspect(container)
            .is_ok_and(|container| container.state.and_then(|state| state.running) == Some(false))
    }

    /// The last lines that a container printed.
    pub(super) fn last_words(&self, container: &str) -> Result<String, Error> {
        let options = LogsOptionsBuilder::default()
            .stdout(true)
            .stderr(true)
            .tail("8")
            .build();
        let logs = self.docker.logs(container, Some(options));
        let question = async {
            let mut text = String::new();
            let mut logs = Box::pin(logs);
            while let Some(part) = logs.next().await {
                text.push_str(&String::from_utf8_lossy(&part?.into_bytes()));
            }
            Ok(text)
        };
        self.ask("show the log of a container", PATIENCE, question)
    }

    /// Ports of this machine that lead to these containers.
    pub(super) fn published(&self, of: &BTreeSet<String>) -> BTreeSet<u16> {
        self.containers()
            .unwrap_or_default()
            .into_iter()
            .filter(|container| container.id.as_ref().is_some_and(|id| of.contains(id)))
            .flat_map(|container| container.ports.unwrap_or_default())
            .filter(|port| port.typ == Some(PortSummaryTypeEnum::TCP))
            .filter_map(|port| port.public_port)
            .collect()
    }

    /// The digest of the manifest that an image was pulled by.
    pub(super) fn digests(&self) -> Result<BTreeMap<String, String>, Error> {
        let mut digests = BTreeMap::new();
        for image in self.images()? {
            for tag in image.repo_tags {
                // Another name for it has been pulled by a digest of its own, or by none.
                let own = image
                    .repo_digests
                    .iter()
                    .filter_map(|digest| digest.split_once('@'));
                let mut own = own.filter(|(name, _)| *name == repository(&tag));
                if let Some((_, digest)) = own.next() {
                    digests.insert(tag.clone(), digest.to_owned());
                }
            }
        }
        Ok(digests)
    }
}

/// The status of the daemon's answer, if it gave one.
fn status_of(error: &bollard::errors::Error) -> Option<u16> {
    match error {
        bollard::errors::Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// An error with what caused it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let words = error.to_string();
        if !text.contains(&words) {
            text.push_str(": ");
            text.push_str(&words);
        }
        source = error.source();
    }
    text
}

/// What a user can do with, of why there is no connection.
fn plainly(reason: &str) -> String {
    let reason = reason.rsplit("(Connect): ").next().unwrap_or(reason);
    if reason.contains("Permission denied") {
        "your user may not use this socket; it has to be in the group `docker`, or root".to_owned()
    } else {
        reason.to_owned()
    }
}

/// Seconds since 1970 of `2026-11-23T22:07:06.15Z`.
pub(super) fn seconds_since_1970(time: &str) -> Option<f64> {
    let (date, clock) = time.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let clock = clock.split(['Z', '+']).next()?;
    let mut clock = clock.splitn(3, ':').map(|part| part.parse::<f64>().ok());
    let seconds = clock.next()?? * 3600.0 + clock.next()?? * 60.0 + clock.next()??;
    // Days since 1970 in the Gregorian calendar, with years that start in March.
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468;
    #[expect(clippy::cast_precision_loss, reason = "days since 1970 are few")]
    Some(days as f64 * 86400.0 + seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn why_there_is_no_connection_is_said_plainly() {
        for (reason, said) in [
            (
                "Error in the hyper legacy client: client error (Connect): Permission denied (os error 13)",
                "your user may not use this socket; it has to be in the group `docker`, or root",
            ),
            (
                "client error (Connect): No such file or directory (os error 2)",
                "No such file or directory (os error 2)",
            ),
        ] {
            assert_eq!(plainly(reason), said);
        }
    }

    #[test]
    fn times_of_the_daemon_are_read() {
        for (time, seconds) in [
            ("1970-01-01T00:00:00Z", 0.0),
            ("2000-03-01T00:00:00Z", 951_868_800.0),
            ("2026-11-23T22:07:06.5Z", 1_795_471_626.5),
        ] {
            assert_eq!(seconds_since_1970(time), Some(seconds), "{time}");
        }
        assert_eq!(seconds_since_1970("soon"), None);
    }
}
