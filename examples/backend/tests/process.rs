//! The binary: it refuses bad settings before it listens, and ends when it is told to.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall fail at once"
)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

fn backend(variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_upload-backend"));
    command
        .env_clear()
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI1")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s3cr3t-value")
        .envs(variables.iter().copied());
    command
}

fn text(output: &Output) -> String {
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn bad_settings_are_one_line_that_names_the_setting() {
    let output = backend(&[("UPLOAD_TEMP__REGION", "Hangzhou")])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        text(&output),
        "upload-backend: temp.region (UPLOAD_TEMP__REGION): \"Hangzhou\" is not a region such as cn-hangzhou\n"
    );
}

#[test]
fn a_file_that_is_not_there_or_not_toml_is_said() {
    let output = backend(&[]).arg("/nowhere/backend.toml").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output).starts_with("upload-backend: settings file: /nowhere/backend.toml: "),
        "{}",
        text(&output)
    );
}

#[test]
fn the_environment_goes_over_the_file() {
    let path = std::env::temp_dir().join(format!("upload-backend-{}.toml", std::process::id()));
    fs::write(&path, "temp.region = \"cn-hangzhou\"\nlimits.max_size = 5").unwrap();
    let good = backend(&[]).arg("--check").arg(&path).output().unwrap();
    let bad = backend(&[("UPLOAD_LIMITS__MAX_SIZE", "x")])
        .arg("--check")
        .arg(&path)
        .output()
        .unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(good.status.code(), Some(0));
    let found = String::from_utf8(good.stdout).unwrap();
    for line in [
        "credentials      AccessKey\n",
        "limits           0 to 5 bytes, types: any, good for 600 s\n",
        "temp             cn-hangzhou\n",
    ] {
        assert!(found.contains(line), "{found}");
    }
    assert!(
        found.ends_with("good\n") && !found.contains("s3cr3t-value"),
        "{found}"
    );
    assert_eq!(bad.status.code(), Some(1));
    assert!(text(&bad).contains("limits.max_size (UPLOAD_LIMITS__MAX_SIZE): not a whole number"));
}

#[test]
fn all_faults_are_lines_of_their_own() {
    let output = backend(&[
        ("UPLOAD_TEMP__REGION", "Hangzhou"),
        ("UPLOAD_LOG", "loud"),
        ("UPLOAD_TRUSTED_PROXIES", "0.0.0.0/0"),
    ])
    .output()
    .unwrap();
    let text = text(&output);
    assert_eq!(text.lines().count(), 3, "{text}");
    assert!(
        text.lines()
            .all(|line| line.starts_with("upload-backend: ")),
        "{text}"
    );
}

#[test]
fn help_and_version() {
    let say = |argument| {
        let output = backend(&[]).arg(argument).output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(
        say("--version"),
        concat!("upload-backend ", env!("CARGO_PKG_VERSION"), "\n")
    );
    assert!(say("--help").contains("--check"));
    let wrong = backend(&[]).arg("--chekc").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
}

/// A running backend; it ends with the test.
struct Running {
    child: Child,
    address: String,
    log: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts it with at most so many descriptors.
fn start(descriptors: u32, variables: &[(&str, &str)]) -> Running {
    let program = backend(&[]);
    let script = format!(
        "ulimit -n {descriptors} && exec {}",
        program.get_program().display()
    );
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &script])
        .env_clear()
        .envs(
            program
                .get_envs()
                .filter_map(|(name, value)| Some((name, value?))),
        )
        .env("UPLOAD_LISTEN", "127.0.0.1:0")
        .env("UPLOAD_BUCKET__NAME", "demo-bucket")
        .env("UPLOAD_BUCKET__REGION", "cn-hangzhou")
        .envs(variables.iter().copied())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut log = String::new();
    let address = loop {
        let mut line = String::new();
        assert!(lines.read_line(&mut line).unwrap() > 0, "{log}");
        log.push_str(&line);
        if let Some((_, port)) = line.split_once("127.0.0.1:") {
            let port: String = port.chars().take_while(char::is_ascii_digit).collect();
            break format!("127.0.0.1:{port}");
        }
    };
    // Else it would wait for a reader.
    std::thread::spawn(move || lines.lines().for_each(drop));
    Running {
        child,
        address,
        log,
    }
}

impl Running {
    fn half_sent(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        stream
    }

    fn get(&self, path: &str) -> String {
        let mut stream = self.half_sent(&format!(
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        ));
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// What Prometheus reads of it.
    fn metric(&self, name: &str) -> u64 {
        let metrics = self.get("/metrics");
        let mut lines = metrics.lines();
        let value = lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap().parse().unwrap()
    }

    fn health(&self) -> Duration {
        let started = Instant::now();
        let answer = self.get("/health");
        assert!(answer.ends_with(r#"{"status":"ok"}"#), "{answer}");
        started.elapsed()
    }

    /// How long it takes to end after SIGTERM.
    fn stop(mut self) -> Duration {
        self.terminate();
        let started = Instant::now();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        started.elapsed()
    }

    fn terminate(&self) {
        let killed = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        assert!(killed.unwrap().success());
    }
}

const HALF: &str = "GET /api/policy/v1 HTTP/1.1\r\nHost: x\r\nX-Slow: ";

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap()
}

#[test]
fn half_sent_requests_do_not_hold_up_others() {
    // This process holds the other ends.
    let _ = rlimit::increase_nofile_limit(8192);
    let running = start(8192, &[]);
    let held: Vec<TcpStream> = (0..2000).map(|_| running.half_sent(HALF)).collect();
    let health = median((0..9).map(|_| running.health()).collect());
    println!(
        "/health beside {} half-sent requests: {health:?}",
        held.len()
    );
    assert!(health < Duration::from_millis(100), "{health:?}");
}

#[test]
fn it_serves_on_with_few_descriptors() {
    let running = start(256, &[]);
    let held: Vec<TcpStream> = (0..300).map(|_| running.half_sent(HALF)).collect();
    let health = median((0..9).map(|_| running.health()).collect());
    println!(
        "/health with 256 descriptors beside {} half-sent requests: {health:?}",
        held.len()
    );
    assert!(health < Duration::from_millis(500), "{health:?}");
    // (256 - 32) / 2 places, all of them taken but for those that just asked; who came later made an older one go.
    let open = running.metric("upload_backend_connections");
    assert!((109..=112).contains(&open), "{open}");
    assert!(running.metric("upload_backend_connections_evicted_total") >= 300 - 112);
}

#[test]
fn an_answer_under_way_keeps_its_place() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let cloud = format!("http://{}", silent.local_addr().unwrap());
    let running = start(
        1024,
        &[
            ("UPLOAD_SERVER__CONNECTIONS", "1"),
            ("UPLOAD_TEMP__ENDPOINT", &cloud),
            ("UPLOAD_CLOUD__TIMEOUT", "1500"),
        ],
    );
    let asked = "GET /api/upload-params?fileName=a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let mut asking = running.half_sent(asked);
    // Its call has begun.
    silent.accept().unwrap();
    for _ in 0..5 {
        let mut other = TcpStream::connect(&running.address).unwrap();
        let closed = other.read(&mut [0]);
        assert!(!matches!(closed, Ok(1..)), "{closed:?}");
    }
    let mut answer = String::new();
    asking.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 504 "), "{answer}");
    // The last one may still be leaving.
    sleep(Duration::from_millis(100));
    assert_eq!(
        running.metric("upload_backend_connections_turned_away_total"),
        5
    );
}

/// Each is ended, however little it sends or reads: a head, a body, an answer, nothing at all.
#[test]
fn what_stands_still_is_ended() {
    let running = start(1024, &[("UPLOAD_SERVER__TIMEOUT", "1")]);
    let body = "POST /api/policy/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf";
    let answered = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    let chunked =
        "POST /api/policy/v1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha";
    for begun in ["", "G", HALF, body, chunked, answered] {
        let mut stream = running.half_sent(begun);
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        let mut answer = Vec::new();
        stream
            .read_to_end(&mut answer)
            .unwrap_or_else(|error| panic!("{begun:?}: {error}"));
    }
    // Asks and asks, and never reads: what it does not take cannot be sent.
    let mut stream = running.half_sent("");
    stream
        .set_write_timeout(Some(Duration::from_millis(500)))
        .unwrap();
    let many = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(500);
    let started = Instant::now();
    loop {
        match stream.write_all(many.as_bytes()) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
            Ok(()) => {}
        }
        assert!(
            started.elapsed() < Duration::from_secs(15),
            "it is still open"
        );
    }
}

#[test]
fn it_ends_soon_beside_half_sent_requests() {
    let running = start(1024, &[]);
    let held: Vec<TcpStream> = (0..5).map(|_| running.half_sent(HALF)).collect();
    running.health();
    let took = running.stop();
    println!("SIGTERM beside {} half-sent requests: {took:?}", held.len());
    assert!(took < Duration::from_secs(4), "{took:?}");
}

#[test]
fn it_serves_until_sigterm_and_finishes_what_it_began() {
    let mut running = start(1024, &[]);
    assert!(
        running
            .log
            .contains("anyone who reaches this address may upload"),
        "{}",
        running.log
    );
    let mut stream = running.half_sent("GET /health HTTP/1.1\r\nHost: x\r\n");
    // The request is under way: its last line is missing.
    sleep(Duration::from_millis(200));
    let started = Instant::now();
    running.terminate();
    sleep(Duration::from_millis(200));
    stream.write_all(b"Connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with(r#"{"status":"ok"}"#),
        "{answer}"
    );
    assert_eq!(running.child.wait().unwrap().code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn the_log_can_be_json() {
    let running = start(1024, &[("UPLOAD_LOG_FORMAT", "json")]);
    for line in running.log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(
            line["level"].is_string() && line["message"].is_string(),
            "{line}"
        );
    }
}
