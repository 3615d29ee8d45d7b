//! Objects that a page has made so far, so that a placeholder such as `<container_name>` is the one
//! that its reader would type.

use crate::commandline::{Call, CommandLine, image_name};
use crate::document::Stands;

/// The last object of each kind that steps make.
#[derive(Debug, Default)]
pub(super) struct Made {
    container: Option<String>,
    image: Option<String>,
    network: Option<String>,
    volume: Option<String>,
}

impl Made {
    /// Takes in what a command makes.
    pub(super) fn by(&mut self, text: &str) {
        for command in &CommandLine::read(text).commands {
            let texts = command.texts();
            let words: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
            match words.as_slice() {
                ["docker", "container", rest @ ..] | ["docker", rest @ ..] => self.by_docker(rest),
                _ => {}
            }
        }
    }

    fn by_docker(&mut self, words: &[&str]) {
        match words {
            ["run" | "create", rest @ ..] => {
                let call = Call::read(rest);
                let name = call.value("--name").map(str::to_owned);
                if !call.removes_itself() {
                    // Without a name it is the last that was created.
                    self.container = Some(name.unwrap_or_else(|| "$(docker ps -alq)".to_owned()));
                }
                self.image = call.operands.first().map(|image| (*image).to_owned());
            }
            ["pull", rest @ ..] | ["image", "pull", rest @ ..] => {
                self.image = rest
                    .iter()
                    .find(|word| !word.starts_with('-'))
                    .map(|word| (*word).to_owned());
            }
            ["build", rest @ ..] | ["image" | "buildx", "build", rest @ ..] => {
                let tag = rest.iter().position(|word| matches!(*word, "-t" | "--tag"));
                if let Some(tag) = tag.and_then(|at| rest.get(at + 1)) {
                    self.image = Some((*tag).to_owned());
                }
            }
            ["network", "create", rest @ ..] => {
                self.network = rest.last().map(|word| (*word).to_owned());
            }
            ["volume", "create", rest @ ..] => {
                self.volume = rest
                    .last()
                    .filter(|word| !word.starts_with('-'))
                    .map(|word| (*word).to_owned());
            }
            ["rm", rest @ ..]
                if self
                    .container
                    .as_deref()
                    .is_some_and(|name| rest.contains(&name)) =>
            {
                self.container = None;
            }
            _ => {}
        }
    }

    /// The object of a kind that was made last.
    pub(super) fn last(&self, kind: Stands) -> Option<&str> {
        match kind {
            Stands::Container => self.container.as_deref(),
            Stands::Image => self
                .image
                .as_deref()
                .filter(|image| !image_name(image).is_empty()),
            Stands::Network => self.network.as_deref(),
            Stands::Volume => self.volume.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_kind_is_known() {
        let mut made = Made::default();
        assert_eq!(made.last(Stands::Container), None);
        made.by("docker run -d --name web -p 80:80 nginx && docker volume create data");
        assert_eq!(made.last(Stands::Container), Some("web"));
        assert_eq!(made.last(Stands::Image), Some("nginx"));
        assert_eq!(made.last(Stands::Volume), Some("data"));
        made.by("docker run -d redis");
        assert_eq!(made.last(Stands::Container), Some("$(docker ps -alq)"));
        made.by("docker run --rm alpine ls");
        assert_eq!(made.last(Stands::Container), Some("$(docker ps -alq)"));
    }
}
