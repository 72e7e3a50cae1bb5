//! `standin`: the stand-in as a process. Prints its addresses as one line of JSON when it is ready.

use std::{
    error::Error,
    io::{Read as _, Write as _, stderr, stdin, stdout},
    process::ExitCode,
    thread,
};

use lexopt::{
    Arg::{Long, Short},
    ValueExt as _,
};
use standin::Options;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};

const USAGE: &str = "\
usage: standin [--port N] [--www DIR] [--pkg DIR] [--path-style] [--endpoint ORIGIN] [--cloud] [--data DIR]
               [--loopback-callbacks] [--until-stdin-closes]
  --port N              port of the site; OSS and the API gateway take the next two; 0 (default): free ones
  --www DIR             serve this folder at /
  --pkg DIR             serve this folder at /pkg/
  --path-style          hand out an endpoint that is addressed path-style (127.0.0.1)
  --endpoint ORIGIN     hand out this endpoint: of something that stands in front of OSS. Without a scheme, as the real API gateway
                        hands it out (oss-cn-hangzhou.aliyuncs.com), it means https: OSS is served by TLS, too, on a fourth port,
                        with a certificate made at the start; map *.oss-cn-hangzhou.aliyuncs.com:443 to that port
  --cloud               serve the site only; its backend talks to the real cloud, with the keys in
                        ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET
  --data DIR            keep the stored objects here; default: a temporary folder, removed at the end
  --loopback-callbacks  let callbacks go to application servers on this machine, which OSS itself refuses
  --until-stdin-closes  end when standard input closes
";

struct Arguments {
    options: Options,
    until_stdin_closes: bool,
    help: bool,
}

fn arguments() -> Result<Arguments, lexopt::Error> {
    let mut read = Arguments {
        options: Options::default(),
        until_stdin_closes: false,
        help: false,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("port") => read.options.port = parser.value()?.parse()?,
            Long("www") => read.options.www = Some(parser.value()?.into()),
            Long("pkg") => read.options.pkg = Some(parser.value()?.into()),
            Long("path-style") => read.options.path_style = true,
            Long("endpoint") => read.options.endpoint = Some(parser.value()?.string()?),
            Long("cloud") => read.options.cloud = true,
            Long("data") => read.options.data = Some(parser.value()?.into()),
            Long("loopback-callbacks") => read.options.loopback_callbacks = true,
            Long("until-stdin-closes") => read.until_stdin_closes = true,
            Long("help") | Short('h') => read.help = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(read)
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(stderr(), "standin: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    if arguments.help {
        stdout().write_all(USAGE.as_bytes())?;
        return Ok(());
    }
    // What the backend in it would tell its operator.
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(stderr)
        .init();
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let running = standin::start(arguments.options).await?;
    writeln!(stdout(), "{}", serde_json::to_string(running.addresses())?)?;

    let (keep, stdin_closed) = oneshot::channel::<()>();
    if arguments.until_stdin_closes {
        // A thread of its own: a read of standard input cannot be cancelled.
        thread::spawn(move || {
            let mut ignored = [0; 256];
            while stdin().read(&mut ignored).is_ok_and(|count| count > 0) {}
            drop(keep);
        });
    } else {
        std::mem::forget(keep);
    }
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = stdin_closed => {}
    }
    running.stop().await;
    Ok(())
}
