//! The binary: it refuses bad settings before it listens, and ends when it is told to.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on shall fail at once"
)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Output, Stdio},
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
    assert_eq!((good.status.code(), text(&good)), (Some(0), String::new()));
    assert_eq!(bad.status.code(), Some(1));
    assert!(text(&bad).contains("limits.max_size (UPLOAD_LIMITS__MAX_SIZE): not a whole number"));
}

#[test]
fn it_serves_until_sigterm_and_finishes_what_it_began() {
    let mut child = backend(&[
        ("UPLOAD_LISTEN", "127.0.0.1:0"),
        ("UPLOAD_BUCKET__NAME", "demo-bucket"),
        ("UPLOAD_BUCKET__REGION", "cn-hangzhou"),
    ])
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let mut seen = String::new();
    let address = loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "{seen}");
        seen.push_str(&line);
        if let Some((_, address)) = line.split_once("127.0.0.1:") {
            break format!("127.0.0.1:{}", address.trim());
        }
    };
    assert!(
        seen.contains("anyone who reaches this address may upload"),
        "{seen}"
    );

    let mut stream = TcpStream::connect(&address).unwrap();
    stream
        .write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n")
        .unwrap();
    // The request is under way: its last line is missing.
    std::thread::sleep(Duration::from_millis(200));
    let started = Instant::now();
    let killed = Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(killed.success());
    std::thread::sleep(Duration::from_millis(200));
    stream.write_all(b"Connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with(r#"{"status":"ok"}"#),
        "{answer}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(started.elapsed() < Duration::from_secs(10));
}
