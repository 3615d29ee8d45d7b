//! Registries of images, asked what a reference stands for now: manifests only, and none of them fetched. A HEAD
//! request does not count against Docker Hub's limit of pulls; its headers say how many are left (Docker's
//! documentation, "Docker Hub usage and limits").

mod challenge;
mod credentials;
mod name;

use std::time::Duration;

use ureq::Agent;
use ureq::http::Response;
use ureq::tls::{RootCerts, TlsConfig};

use challenge::Challenge;
pub use credentials::Credentials;
use name::Name;
pub use name::is_here;

/// How long a registry may take for one answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// No token is longer than an answer of this size.
const LONGEST: u64 = 1 << 20;

/// All kinds of manifests: of one platform, and of several.
const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, \
    application/vnd.docker.distribution.manifest.list.v2+json, \
    application/vnd.oci.image.manifest.v1+json, \
    application/vnd.docker.distribution.manifest.v2+json";

/// What a registry says of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The digest that it stands for now.
    pub digest: String,
    /// How many pulls are left to this address or account, where the registry counts them.
    pub pulls_left: Option<u32>,
}

/// Why a registry does not say what a reference stands for.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// It has no such image, or does not show it to this user.
    #[error("{host} has no {reference}")]
    Gone {
        /// The registry.
        host: String,
        /// The reference.
        reference: String,
    },
    /// It was asked too often.
    #[error("{0} has been asked too often; it answers again later")]
    Limited(String),
    /// It does not let this user in.
    #[error("{0} wants an account that may read it: `docker login` keeps one")]
    Unauthorized(String),
    /// It cannot be reached, or answers something else.
    #[error("{host} does not answer: {why}")]
    Unreachable {
        /// The registry.
        host: String,
        /// What happened.
        why: String,
    },
}

/// Asks registries, with the user's own credentials.
#[derive(Debug)]
pub struct Registries {
    agent: Agent,
    credentials: Credentials,
}

impl Registries {
    /// As the client of Docker with these credentials.
    pub fn new(credentials: Credentials) -> Registries {
        // Those of this machine: an office has its own authorities.
        let roots = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let agent = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .http_status_as_error(false)
            .tls_config(roots.build())
            .user_agent("tutcheck")
            .build();
        Registries {
            agent: agent.into(),
            credentials,
        }
    }

    /// What `nginx:latest` or `127.0.0.1:5000/app:v1` stands for now.
    pub fn head(&self, reference: &str) -> Result<Head, Error> {
        let name = Name::of(reference);
        let first = self.ask(&name, None)?;
        let answer = if first.status().as_u16() == 401 {
            let authorization = self.authorization(&name, &first)?;
            self.ask(&name, Some(&authorization))?
        } else {
            first
        };
        let header = |wanted: &str| answer.headers().get(wanted)?.to_str().ok();
        let host = || name.host.clone();
        match answer.status().as_u16() {
            200 => {}
            401 | 403 => return Err(Error::Unauthorized(host())),
            404 => {
                return Err(Error::Gone {
                    host: host(),
                    reference: reference.to_owned(),
                });
            }
            429 => return Err(Error::Limited(host())),
            status => return Err(name.unreachable(format!("status {status}"))),
        }
        let digest = header("docker-content-digest")
            .ok_or_else(|| name.unreachable("it says no digest".to_owned()))?;
        Ok(Head {
            digest: digest.to_owned(),
            pulls_left: header("ratelimit-remaining").and_then(pulls),
        })
    }

    fn ask(&self, name: &Name, authorization: Option<&str>) -> Result<Response<ureq::Body>, Error> {
        let mut request = self.agent.head(name.manifest()).header("accept", ACCEPT);
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        request
            .call()
            .map_err(|error| name.unreachable(error.to_string()))
    }

    /// What lets this user in, as the registry's first answer says where that is to be had.
    fn authorization(&self, name: &Name, answer: &Response<ureq::Body>) -> Result<String, Error> {
        let challenge = answer.headers().get("www-authenticate");
        let challenge = challenge.and_then(|challenge| Challenge::of(challenge.to_str().ok()?));
        let basic = self.credentials.basic(&name.host);
        match challenge {
            Some(Challenge::Basic) => {
                let basic = basic.ok_or_else(|| Error::Unauthorized(name.host.clone()))?;
                Ok(format!("Basic {basic}"))
            }
            Some(Challenge::Bearer { realm, service }) => {
                // A password is for the registry's own authority, by TLS or on this machine.
                if !(realm.starts_with("https://") || name::is_here(&realm)) {
                    return Err(name.unreachable("it sends to an address without TLS".to_owned()));
                }
                let mut request = self.agent.get(&realm).query("scope", name.scope());
                if let Some(service) = service {
                    request = request.query("service", service);
                }
                if let Some(basic) = basic {
                    request = request.header("authorization", format!("Basic {basic}"));
                }
                let mut answer = request
                    .call()
                    .map_err(|error| name.unreachable(error.to_string()))?;
                match answer.status().as_u16() {
                    200 => {}
                    429 => return Err(Error::Limited(name.host.clone())),
                    _ => return Err(Error::Unauthorized(name.host.clone())),
                }
                let text = answer
                    .body_mut()
                    .with_config()
                    .limit(LONGEST)
                    .read_to_string();
                let text = text.map_err(|error| name.unreachable(error.to_string()))?;
                let token = challenge::token(&text)
                    .ok_or_else(|| Error::Unauthorized(name.host.clone()))?;
                Ok(format!("Bearer {token}"))
            }
            None => Err(Error::Unauthorized(name.host.clone())),
        }
    }
}

/// `76` of `76;w=21600`.
fn pulls(header: &str) -> Option<u32> {
    header.split(';').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    /// A registry that answers each request with the next of these, and gives back what it was asked.
    fn registry(answers: Vec<String>) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = listener.local_addr().expect("an address").to_string();
        let here = host.clone();
        let asked = std::thread::spawn(move || {
            let answer = |answer: &String| {
                let (mut stream, _) = listener.accept().expect("a client");
                let mut request = Vec::new();
                let mut bytes = [0; 4096];
                while !request.ends_with(b"\r\n\r\n") {
                    let read = stream.read(&mut bytes).expect("a request");
                    request.extend_from_slice(&bytes[..read]);
                }
                let answer = answer.replace("HOST", &here);
                stream.write_all(answer.as_bytes()).expect("an answer");
                String::from_utf8_lossy(&request).into_owned()
            };
            answers.iter().map(answer).collect()
        });
        (host, asked)
    }

    fn answer(status: u16, headers: &str, body: &str) -> String {
        let length = body.len();
        format!(
            "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        )
    }

    #[test]
    fn a_registry_says_what_a_reference_stands_for() {
        let digest = format!("sha256:{}", "1".repeat(64));
        let said = answer(
            200,
            &format!("docker-content-digest: {digest}\r\nratelimit-remaining: 76;w=21600\r\n"),
            "",
        );
        let (host, asked) = registry(vec![said]);
        let registries = Registries::new(Credentials::none());
        let head = registries
            .head(&format!("{host}/app:v1"))
            .expect("a digest");
        assert_eq!((head.digest, head.pulls_left), (digest, Some(76)));
        let asked = asked.join().expect("requests");
        assert!(
            asked[0].starts_with("HEAD /v2/app/manifests/v1 HTTP/1.1\r\n"),
            "{asked:?}"
        );
    }

    #[test]
    fn a_token_is_fetched_where_the_registry_says() {
        let challenge = "www-authenticate: Bearer realm=\"http://HOST/token\",service=\"s\",scope=\"repository:x:pull\"\r\n";
        let (host, asked) = registry(vec![
            answer(401, challenge, ""),
            answer(200, "", r#"{"token": "t0k3n"}"#),
            answer(200, "docker-content-digest: sha256:1\r\n", ""),
        ]);
        let registries = Registries::new(Credentials::none());
        registries
            .head(&format!("{host}/me/app:v1"))
            .expect("a digest");
        let asked = asked.join().expect("requests");
        assert!(
            asked[1].starts_with("GET /token?scope=repository%3Ame%2Fapp%3Apull&service=s "),
            "{asked:?}"
        );
        assert!(
            asked[2].contains("authorization: Bearer t0k3n\r\n"),
            "{asked:?}"
        );
    }

    #[test]
    fn what_a_registry_does_not_say_is_said_why() {
        for (status, words) in [
            (404, "has no HOST/app:v1"),
            (429, "asked too often"),
            (403, "docker login"),
            (500, "status 500"),
        ] {
            let (host, asked) = registry(vec![answer(status, "", "")]);
            let error = Registries::new(Credentials::none())
                .head(&format!("{host}/app:v1"))
                .expect_err("no digest");
            asked.join().expect("a request");
            assert!(
                error.to_string().contains(&words.replace("HOST", &host)),
                "{error}"
            );
        }
        let nobody = Registries::new(Credentials::none()).head("127.0.0.1:1/app:v1");
        assert!(
            matches!(nobody, Err(Error::Unreachable { .. })),
            "{nobody:?}"
        );
    }
}
