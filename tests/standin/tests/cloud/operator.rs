//! When something is wrong: what the operator sees in the log, and what the browser gets. Nobody sees a secret.

use std::{
    io,
    sync::{Arc, Mutex},
    time::Instant,
};

use tracing_subscriber::{filter::LevelFilter, fmt::MakeWriter};
use upload_backend::Settings;

use crate::{
    backend::serve_with,
    http::{Answer, get},
};

const SECRETS: [&str; 3] = [
    "standin-access-key-secret",
    "STANDINACCESSKEYID",
    "wrong-secret",
];

/// The operator's log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// Asks once; the log is that of this thread, on which everything of a test runs.
async fn observe(toml: &str, variables: &[(&str, &str)], path: &str) -> (Answer, String) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let backend = serve_with(toml, variables).await;
    let answer = get(&backend.origin, path).await;
    drop(guard);
    let text = log.text();
    println!(
        "── {path} {variables:?}\nbrowser: {} {}\noperator:\n{text}",
        answer.status, answer.body
    );
    for secret in SECRETS {
        assert!(!text.contains(secret), "{secret} in the log");
        assert!(
            !answer.body.contains(secret) || answer.status == 200,
            "{secret} in the answer"
        );
    }
    (answer, text)
}

fn temp(endpoint: &str) -> String {
    format!("[temp]\nendpoint = \"{endpoint}\"\n")
}

#[tokio::test]
async fn wrong_credentials() {
    let standin = standin::start(standin::Options::default()).await.unwrap();
    let path = "/api/upload-params?fileName=a.txt";
    for (variable, value, status, code, advice) in [
        (
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "LTAInobody",
            404,
            "InvalidAccessKeyId.NotFound",
            "check ALIBABA_CLOUD_ACCESS_KEY_ID",
        ),
        (
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
            "wrong-secret",
            400,
            "SignatureDoesNotMatch",
            "check ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        ),
        (
            "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "STANDINFORBIDDEN",
            403,
            "Forbidden.RAM",
            "the key lacks a permission",
        ),
    ] {
        let (answer, log) = observe(&temp(standin.api()), &[(variable, value)], path).await;
        assert_eq!((answer.status, answer.code().as_str()), (status, code));
        assert!(log.contains(code) && log.contains(advice), "{log}");
        // The gateway explains a wrong signature with what was signed: that is not for browsers.
        assert!(!answer.body.contains("string to sign"));
        assert!(log.contains(answer.json()["RequestId"].as_str().unwrap()));
    }
}

#[tokio::test]
async fn an_unreachable_cloud() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let (answer, log) = observe(
        &temp(&format!("http://127.0.0.1:{port}")),
        &[],
        "/api/upload-params?fileName=a.txt",
    )
    .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (502, "CloudUnreachable")
    );
    assert!(
        !answer.body.contains("127.0.0.1"),
        "the browser need not know where the cloud is"
    );
    assert!(
        log.contains("the cloud cannot be reached") && log.contains("Connection refused"),
        "{log}"
    );
    assert!(log.contains("attempt=2"), "{log}");
}

#[tokio::test]
async fn a_cloud_that_does_not_answer() {
    // Accepts, and says nothing.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let started = Instant::now();
    let (answer, log) = observe(
        &temp(&endpoint),
        &[("UPLOAD_CLOUD__TIMEOUT", "300")],
        "/api/upload-params?fileName=a.txt",
    )
    .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (504, "CloudTimeout")
    );
    assert!(started.elapsed().as_secs() < 5);
    assert!(
        log.contains("did not answer in time (cloud.timeout)"),
        "{log}"
    );
}

#[tokio::test]
async fn a_throttled_cloud() {
    let standin = standin::start(standin::Options::default()).await.unwrap();
    // Twice, then no more: the browser notices nothing but the wait that the cloud asked for.
    let started = Instant::now();
    let (answer, log) = observe(
        &temp(standin.api()),
        &[],
        "/api/upload-params?fileName=fault=api-throttle@2.txt",
    )
    .await;
    assert_eq!(
        (answer.status, &answer.json()["Success"]),
        (200, &true.into())
    );
    assert!(started.elapsed().as_millis() >= 400);
    assert_eq!(log.matches("trying again").count(), 2);
    assert!(log.contains("wait_ms=200"), "{log}");
    // For good: the browser may try again, and hears when.
    let throttled = [("ALIBABA_CLOUD_ACCESS_KEY_ID", "STANDINTHROTTLED")];
    let (answer, log) = observe(
        &temp(standin.api()),
        &throttled,
        "/api/upload-params?fileName=a.txt",
    )
    .await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (429, "Throttling.User")
    );
    assert_eq!(answer.headers["retry-after"], "1");
    assert!(log.contains("too many calls of this account"), "{log}");
}

#[tokio::test]
async fn a_bucket_that_is_not_there() {
    let standin = standin::start(standin::Options::default()).await.unwrap();
    let toml = format!(
        "[ens]\nbucket = \"nobodys\"\nendpoint = \"{}\"",
        standin.api()
    );
    let (answer, log) = observe(&toml, &[], "/api/ens/upload-params?fileName=a.txt").await;
    assert_eq!(
        (answer.status, answer.code().as_str()),
        (404, "NoSuchBucket")
    );
    assert!(log.contains("check ens.bucket"), "{log}");
}

/// Success leaves one line of log, without a policy, a signature or a key in it.
#[tokio::test]
async fn nothing_signed_is_logged() {
    let standin = standin::start(standin::Options::default()).await.unwrap();
    let (answer, log) = observe(
        &temp(standin.api()),
        &[],
        "/api/upload-params?fileName=a.txt",
    )
    .await;
    let answer = answer.json();
    for name in ["Policy", "Signature", "OssAccessKeyId"] {
        assert!(
            !log.contains(answer[name].as_str().unwrap()),
            "{name}: {log}"
        );
    }
    assert!(
        log.contains(r#"path="/api/upload-params" status=200"#),
        "{log}"
    );
}

/// Settings, variables over the good ones (`-` takes one away), and what the operator reads.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// Each is refused at the start, with the setting's name and its variable's.
#[test]
fn bad_configuration() {
    let good = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI1"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s3cr3t-value"),
        ("UPLOAD_TEMP__REGION", "cn-hangzhou"),
    ];
    let read = |toml: &str, changed: &[(&str, &str)]| {
        let mut all: std::collections::BTreeMap<String, String> = good
            .iter()
            .chain(changed)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        all.retain(|_, value| value != "-");
        Settings::read(toml, all)
    };
    assert!(read("", &[]).is_ok());
    let cases: [Case; 30] = [
        (
            "",
            &[("ALIBABA_CLOUD_ACCESS_KEY_ID", "-")],
            "credentials.access_key_id (ALIBABA_CLOUD_ACCESS_KEY_ID): not set",
        ),
        (
            "",
            &[("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "")],
            "credentials.access_key_secret (ALIBABA_CLOUD_ACCESS_KEY_SECRET): not set",
        ),
        (
            "",
            &[("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s3cr3t-value ")],
            "credentials.access_key_secret (ALIBABA_CLOUD_ACCESS_KEY_SECRET): holds a space or another character that no key has",
        ),
        (
            "",
            &[("ALIBABA_CLOUD_ACCESS_KEY_ID", "STS.1")],
            "credentials.security_token (ALIBABA_CLOUD_SECURITY_TOKEN): not set, though the AccessKey is a temporary (STS) one",
        ),
        (
            "",
            &[("UPLOAD_TEMP__REGION", "-")],
            "temp (UPLOAD_TEMP): none of temp, ens and bucket is set: there is nothing to hand out",
        ),
        (
            "",
            &[("UPLOAD_TEMP__REGION", "oss-cn-hangzhou")],
            "temp.region (UPLOAD_TEMP__REGION): \"oss-cn-hangzhou\": the region's name has no oss- in front, as in cn-hangzhou",
        ),
        (
            "",
            &[("UPLOAD_TEMP__ENDPOINT", "https://hbr.example.com")],
            "temp.endpoint (UPLOAD_TEMP__ENDPOINT): set beside temp.region: only one of them counts",
        ),
        (
            "",
            &[
                ("UPLOAD_TEMP__REGION", "-"),
                ("UPLOAD_TEMP__ENDPOINT", "http://hbr.example.com"),
            ],
            "temp.endpoint (UPLOAD_TEMP__ENDPOINT): \"http://hbr.example.com\" is not https",
        ),
        (
            "",
            &[("UPLOAD_LIMITS__MAX_SIZE", "6GB")],
            "limits.max_size (UPLOAD_LIMITS__MAX_SIZE): not a whole number",
        ),
        (
            "",
            &[("UPLOAD_LIMITS__MAX_SIZE", "6000000000")],
            "limits.max_size (UPLOAD_LIMITS__MAX_SIZE): more than the 5 GiB that OSS takes in one form post (5368709120)",
        ),
        (
            "",
            &[("UPLOAD_LIMITS__TYPES", "image/*,text/plain")],
            "limits.types (UPLOAD_LIMITS__TYPES): a policy pins either a list of exact types or a single pattern such as image/*",
        ),
        (
            "",
            &[("UPLOAD_LIMITS__LIFETIME", "0")],
            "limits.lifetime (UPLOAD_LIMITS__LIFETIME): not between 1 second and 7 days (604800)",
        ),
        (
            "",
            &[("UPLOAD_ALLOWED_ORIGINS", "https://www.example.com/")],
            "allowed_origins (UPLOAD_ALLOWED_ORIGINS): \"https://www.example.com/\": a browser would send \"https://www.example.com\"",
        ),
        (
            "",
            &[("UPLOAD_TRUSTED_PROXIES", "proxy")],
            "trusted_proxies (UPLOAD_TRUSTED_PROXIES): \"proxy\": invalid IP address syntax",
        ),
        (
            "",
            &[("UPLOAD_LISTEN", "3000")],
            "listen (UPLOAD_LISTEN): invalid socket address syntax",
        ),
        (
            "",
            &[("UPLOAD_LOG", "loud")],
            "log (UPLOAD_LOG): not one of error, warn, info, debug, trace",
        ),
        (
            "[ens]\nbucket = \"test\"\nkey = \"uploads/{name}\"",
            &[],
            "ens.key (UPLOAD_ENS__KEY): without {uuid} two files of one name would overwrite each other",
        ),
        (
            "[ens]\nbucket = \"test\"\nsignature = \"v4\"",
            &[],
            "ens.region (UPLOAD_ENS__REGION): not set, and a V4 signature needs it",
        ),
        (
            "[bucket]\nregion = \"cn-hangzhou\"",
            &[],
            "bucket.name (UPLOAD_BUCKET__NAME): not set",
        ),
        (
            "[bucket]\nname = \"demo-bucket\"\nregion = \"cn-hangzhou\"\ndir = \"uploads\"",
            &[],
            "bucket.dir (UPLOAD_BUCKET__DIR): does not end in /",
        ),
        (
            "",
            &[("UPLOAD_ALLOWED_ORIGINS", "https://*.good.com")],
            "allowed_origins (UPLOAD_ALLOWED_ORIGINS): \"https://*.good.com\": patterns match nothing here, name each origin",
        ),
        (
            "",
            &[(
                "UPLOAD_ALLOWED_ORIGINS",
                "https://A.com,https://b.com:443,null",
            )],
            "allowed_origins (UPLOAD_ALLOWED_ORIGINS): \"https://A.com\": a browser would send \"https://a.com\"; \"https://b.com:443\": a browser would send \"https://b.com\"; \"null\" is not an origin such as https://www.example.com",
        ),
        (
            "",
            &[(
                "UPLOAD_HOSTS",
                "https://www.example.com, *.example.com, a.com/b",
            )],
            "hosts (UPLOAD_HOSTS): \"https://www.example.com\" is not a host such as www.example.com; \"*.example.com\": patterns match nothing here, name each host; \"a.com/b\" is not a host such as www.example.com",
        ),
        (
            "",
            &[("UPLOAD_TRUSTED_PROXIES", "0.0.0.0/0, 10.0.0.0/8")],
            "trusted_proxies (UPLOAD_TRUSTED_PROXIES): 0.0.0.0/0 trusts strangers, who could then choose their address: name the proxies' own network, at most as wide as 10.0.0.0/8",
        ),
        (
            "",
            &[("UPLOAD_TRUSTED_PROXIES", "fc00::/7, ::/0")],
            "trusted_proxies (UPLOAD_TRUSTED_PROXIES): ::/0 trusts strangers, who could then choose their address: name the proxies' own network, at most as wide as fc00::/7",
        ),
        (
            "",
            &[("UPLOAD_TRUSTED_PROXIES", "::ffff:10.0.0.0/104")],
            "trusted_proxies (UPLOAD_TRUSTED_PROXIES): ::ffff:10.0.0.0/104: write IPv4 networks as such, like 10.0.0.0/8",
        ),
        (
            "",
            &[("UPLOAD_SERVER__CONNECTIONS", "0")],
            "server.connections (UPLOAD_SERVER__CONNECTIONS): not between 1 and 65536",
        ),
        (
            "",
            &[
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", "-"),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "-"),
            ],
            "credentials.access_key_id (ALIBABA_CLOUD_ACCESS_KEY_ID): not set, and neither is another source of keys: credentials.oidc_token_file, credentials.file or credentials.ecs_role",
        ),
        (
            "",
            &[
                ("ALIBABA_CLOUD_ACCESS_KEY_ID", "-"),
                ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "-"),
                ("ALIBABA_CLOUD_ECS_METADATA", "../role"),
            ],
            "credentials.ecs_role (ALIBABA_CLOUD_ECS_METADATA): \"../role\" is not the name of a role",
        ),
        (
            "[bucket]\nname = \"demo-bucket\"\nregion = \"cn-hangzhou\"\ndir = \"{user}{uuid}/\"",
            &[],
            "bucket.dir (UPLOAD_BUCKET__DIR): \"{user}{uuid}\": {user} shares its folder name with another placeholder, so two users could meet",
        ),
    ];
    for (toml, changed, expected) in cases {
        let problem = read(toml, changed).unwrap_err().to_string();
        println!("{problem}");
        assert_eq!(problem, expected);
        assert!(!problem.contains("s3cr3t-value"));
    }
    let typo = read("[temp]\nregoin = \"cn-hangzhou\"", &[])
        .unwrap_err()
        .to_string();
    assert!(
        typo.starts_with("temp.regoin (UPLOAD_TEMP__REGOIN): unknown field `regoin`"),
        "{typo}"
    );
    let number = read(
        "credentials.access_key_secret = 12345",
        &[("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "-")],
    )
    .unwrap_err()
    .to_string();
    assert_eq!(
        number,
        "credentials.access_key_secret (ALIBABA_CLOUD_ACCESS_KEY_SECRET): not text"
    );
}

/// An operator hears of everything at once, not of one fault a start.
#[test]
fn all_faults_are_told_at_once() {
    let toml = r#"
        log = "loud"
        listen = 3000
        allowed_origins = ["https://*.good.com"]
        surprise = true
        [limits]
        max_size = "6GB"
        lifetime = 0
        [ens]
        key = "{name}"
        regoin = "cn-hangzhou"
        [bucket]
        region = "Hangzhou"
        acl = "secret"
        [bucket.callback]
        url = "https://app.example.com"
    "#;
    let variables = [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI1"),
        ("UPLOAD_TEMP", "x"),
    ];
    let error = Settings::read(
        toml,
        variables.map(|(name, value)| (name.to_owned(), value.to_owned())),
    )
    .unwrap_err();
    println!("{error}");
    let mut faults: Vec<&str> = error
        .faults()
        .iter()
        .map(upload_backend::Fault::setting)
        .collect();
    faults.sort_unstable();
    assert_eq!(
        faults,
        [
            "allowed_origins",
            "bucket.acl",
            "bucket.callback.body",
            "bucket.name",
            "bucket.region",
            "credentials.access_key_secret",
            "ens.bucket",
            "ens.key",
            "ens.regoin",
            "limits.lifetime",
            "limits.max_size",
            "listen",
            "log",
            "surprise",
            "temp",
        ]
    );
}
