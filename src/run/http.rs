//! Whether an address answers: one request, as short as HTTP allows, with nothing kept of the answer.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant};

/// So many times an answer may send elsewhere.
const REDIRECTS: usize = 5;
/// The head of an answer is no longer.
const HEAD: u64 = 16 << 10;

/// Whether an address answers with success within the limit; redirections are followed.
pub(super) fn answers(url: &str, limit: Duration) -> Result<(), String> {
    let deadline = Instant::now() + limit;
    let mut url = url.to_owned();
    for _ in 0..=REDIRECTS {
        let head = ask(&url, deadline)?;
        let status = status(&head).ok_or("it does not speak HTTP")?;
        match status {
            200..=299 => return Ok(()),
            300..=399 => url = elsewhere(&url, &head).ok_or(format!("http status: {status}"))?,
            _ => return Err(format!("http status: {status}")),
        }
    }
    Err("it sends from one address to the next".to_owned())
}

/// The head of what an address answers.
fn ask(url: &str, deadline: Instant) -> Result<String, String> {
    let rest = url
        .strip_prefix("http://")
        .ok_or("only http:// is waited for")?;
    let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let host = host.rsplit('@').next().unwrap_or(host);
    let has_port = host.rsplit(':').next().is_some_and(|port| {
        host.contains(':') && port.chars().all(|c| c.is_ascii_digit()) && !port.is_empty()
    });
    let address = if has_port {
        host.to_owned()
    } else {
        format!("{host}:80")
    };
    let failed = |error: std::io::Error| error.to_string();
    let mut last = "its name has no address".to_owned();
    for socket in address.to_socket_addrs().map_err(failed)? {
        let left = deadline.saturating_duration_since(Instant::now());
        let left = left.max(Duration::from_millis(1));
        match TcpStream::connect_timeout(&socket, left) {
            Ok(stream) => return talk(stream, host, path, left).map_err(failed),
            Err(error) => last = error.to_string(),
        }
    }
    Err(last)
}

fn talk(mut stream: TcpStream, host: &str, path: &str, left: Duration) -> std::io::Result<String> {
    stream.set_read_timeout(Some(left))?;
    stream.set_write_timeout(Some(left))?;
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: tutcheck\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes())?;
    let start = Instant::now();
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    let mut stream = stream.take(HEAD);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && start.elapsed() < left {
        match stream.read(&mut buffer)? {
            0 => break,
            count => head.extend_from_slice(&buffer[..count]),
        }
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// The status in `HTTP/1.1 200 OK`.
fn status(head: &str) -> Option<u16> {
    let line = head.lines().next()?;
    let (version, rest) = line.split_once(' ')?;
    let status = rest.split(' ').next()?.parse().ok()?;
    version.starts_with("HTTP/").then_some(status)
}

/// Where an answer sends.
fn elsewhere(url: &str, head: &str) -> Option<String> {
    let location = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("location").then(|| value.trim())
    })?;
    if location.starts_with("http://") {
        return Some(location.to_owned());
    }
    let host = url.strip_prefix("http://")?.split('/').next()?;
    location
        .starts_with('/')
        .then(|| format!("http://{host}{location}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read() {
        assert_eq!(status("HTTP/1.1 204 No Content\r\n\r\n"), Some(204));
        assert_eq!(status("SSH-2.0-x\r\n"), None);
        let head = "HTTP/1.1 302 Found\r\nLOCATION: /login\r\n\r\n";
        assert_eq!(
            elsewhere("http://localhost:8080/x", head).as_deref(),
            Some("http://localhost:8080/login")
        );
        assert_eq!(
            elsewhere(
                "http://a/",
                "HTTP/1.1 302 Found\r\nLocation: https://b/\r\n"
            ),
            None
        );
    }
}
