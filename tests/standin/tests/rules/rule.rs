//! A rule, its cases, and the table of what was observed.

use std::{
    fmt,
    sync::{Arc, Mutex},
};

use libtest_mimic::{Failed, Trial};
use serde_json::Value;
use standin::{Options, Running};
use tokio::runtime::Runtime;

use crate::{
    form::Post,
    http::{self, Answer, Then},
};

/// What a case must give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    status: u16,
    code: Option<&'static str>,
    ec: Option<&'static str>,
    message: Option<String>,
    is_stored: bool,
}

/// A success: the object is there, with the bytes that were sent.
pub fn stored(status: u16) -> Expected {
    Expected {
        status,
        code: None,
        ec: None,
        message: None,
        is_stored: true,
    }
}

/// An error, after which nothing is stored.
pub fn refused(status: u16, code: &'static str) -> Expected {
    Expected {
        status,
        code: Some(code),
        ec: None,
        message: None,
        is_stored: false,
    }
}

impl Expected {
    pub fn ec(mut self, ec: &'static str) -> Self {
        self.ec = Some(ec);
        self
    }

    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// An error that leaves the object stored all the same.
    pub fn but_stored(mut self) -> Self {
        self.is_stored = true;
        self
    }
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {} {}",
            self.status,
            self.code.unwrap_or("-"),
            self.ec.unwrap_or("-")
        )
    }
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    fact: &'static str,
    rule: &'static str,
    case: String,
    expected: String,
    observed: String,
}

pub type Table = Arc<Mutex<Vec<Row>>>;

/// The stand-in that most rules share, and a runtime for it.
pub struct World {
    pub runtime: Runtime,
    pub shared: Running,
    pub table: Table,
}

pub struct Rule {
    /// Section of the fact sheet.
    fact: &'static str,
    name: &'static str,
    check: fn(&mut Cases),
}

pub fn rule(fact: &'static str, name: &'static str, check: fn(&mut Cases)) -> Rule {
    Rule { fact, name, check }
}

impl Rule {
    pub fn into_trial(self, world: &Arc<World>) -> Trial {
        let world = world.clone();
        Trial::test(format!("{} {}", self.fact, self.name), move || {
            let mut cases = Cases {
                rule: self,
                oss: world.shared.oss().to_owned(),
                world,
                failures: Vec::new(),
                own: None,
                count: 0,
            };
            (cases.rule.check)(&mut cases);
            if cases.count == 0 {
                return Err(Failed::from("the rule has no case"));
            }
            if cases.failures.is_empty() {
                Ok(())
            } else {
                Err(Failed::from(cases.failures.join("\n")))
            }
        })
    }
}

/// A key that no other case uses.
pub fn new_key() -> String {
    format!("rules/{:x}.txt", fastrand::u64(..))
}

/// The cases of one rule under test.
pub struct Cases {
    rule: Rule,
    world: Arc<World>,
    /// Where OSS is.
    pub oss: String,
    /// A stand-in of the rule's own.
    own: Option<Running>,
    failures: Vec<String>,
    count: usize,
}

impl Cases {
    /// A post that is signed, complete and right.
    #[expect(clippy::unused_self, reason = "reads as what it is: this test's post")]
    pub fn post(&self) -> Post {
        Post::v1("demo-bucket", &new_key())
    }

    /// From here on the rule's cases go to a stand-in of its own.
    pub fn start(&mut self, options: Options) {
        let running = self
            .world
            .runtime
            .block_on(standin::start(options))
            .unwrap();
        running.oss().clone_into(&mut self.oss);
        self.own = Some(running);
    }

    pub fn send(&self, post: &Post) -> Answer {
        self.exchange(post, Then::Listen).unwrap_or_default()
    }

    pub fn exchange(&self, post: &Post, then: Then) -> std::io::Result<Answer> {
        http::exchange(&self.oss, &post.raw(), then)
    }

    /// Sends, compares the answer and what is stored; returns the answer for what else there is to see.
    pub fn case(&mut self, name: &str, post: &Post, expected: Expected) -> Answer {
        let answer = self.send(post);
        self.judge(name, post, &answer, &expected);
        answer
    }

    /// Compares the answer with what is expected, and what is stored.
    pub fn judge(&mut self, name: &str, post: &Post, answer: &Answer, expected: &Expected) {
        let observed = Expected {
            status: answer.status,
            code: expected
                .code
                .filter(|&code| answer.element("Code").as_deref() == Some(code)),
            ec: expected
                .ec
                .filter(|&ec| answer.element("EC").as_deref() == Some(ec)),
            message: expected
                .message
                .clone()
                .filter(|message| answer.element("Message").as_deref() == Some(message)),
            is_stored: self.object(&post.bucket, &post.key()).is_some(),
        };
        let code = answer.element("Code").unwrap_or_else(|| "-".to_owned());
        let ec = answer.element("EC").unwrap_or_else(|| "-".to_owned());
        self.row(
            name,
            expected.to_string(),
            format!("{} {code} {ec}", answer.status),
        );
        if observed != *expected {
            self.fail(
                name,
                format!(
                    "expected {expected:?}\nobserved {observed:?}\n{}",
                    answer.text()
                ),
            );
        }
        if expected.is_stored && self.bytes(&post.bucket, &post.key()) != post.content() {
            self.fail(name, "other bytes are stored than were sent".to_owned());
        }
        if expected.code.is_some() {
            self.judge_envelope(name, post, answer);
        }
    }

    /// §5.1: what every error carries.
    fn judge_envelope(&mut self, name: &str, post: &Post, answer: &Answer) {
        let mut same = |what: &str, left: Option<&str>, right: Option<&str>| {
            if left != right {
                self.failures
                    .push(format!("{name}: {what}: {left:?} is not {right:?}"));
            }
        };
        same(
            "Content-Type",
            answer.header("content-type"),
            Some("application/xml"),
        );
        same("Server", answer.header("server"), Some("AliyunOSS"));
        same(
            "RequestId",
            answer.element("RequestId").as_deref(),
            answer.header("x-oss-request-id"),
        );
        same(
            "HostId",
            answer.element("HostId").as_deref(),
            Some(&post.host_header()),
        );
        let ec = answer.element("EC");
        same("x-oss-ec", answer.header("x-oss-ec"), ec.as_deref());
        let doc = ec.map(|ec| format!("https://api.aliyun.com/troubleshoot?q={ec}"));
        same(
            "RecommendDoc",
            answer.element("RecommendDoc").as_deref(),
            doc.as_deref(),
        );
    }

    /// A case that is not about status, `Code` and EC.
    pub fn equal<T: fmt::Debug + PartialEq>(&mut self, name: &str, expected: &T, observed: &T) {
        let short = |value: &T| format!("{value:?}").chars().take(60).collect::<String>();
        self.row(name, short(expected), short(observed));
        if expected != observed {
            self.fail(
                name,
                format!("expected {expected:?}\nobserved {observed:?}"),
            );
        }
    }

    fn row(&mut self, case: &str, expected: String, observed: String) {
        self.count += 1;
        let row = Row {
            fact: self.rule.fact,
            rule: self.rule.name,
            case: case.to_owned(),
            expected,
            observed,
        };
        self.world.table.lock().unwrap().push(row);
    }

    fn fail(&mut self, case: &str, what: String) {
        self.failures.push(format!("case \"{case}\": {what}"));
    }

    /// The stored object as `/-/objects` lists it.
    pub fn object(&self, bucket: &str, key: &str) -> Option<Value> {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("bucket", bucket)
            .append_pair("prefix", key)
            .finish();
        let listed = http::get(&self.oss, &format!("/-/objects?{query}")).unwrap();
        let listed: Vec<Value> = serde_json::from_slice(&listed.body).unwrap();
        listed.into_iter().find(|object| object["key"] == key)
    }

    pub fn bytes(&self, bucket: &str, key: &str) -> Vec<u8> {
        let path: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        let path = path.replace('+', "%20");
        http::get(&self.oss, &format!("/-/objects/{bucket}/{path}"))
            .unwrap()
            .body
    }

    /// What was seen of the posts of this key; waits a moment for the first.
    pub fn seen(&self, key: &str) -> Vec<Value> {
        let query: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        for _ in 0..200 {
            let seen = http::get(&self.oss, &format!("/-/requests?key={query}")).unwrap();
            let seen: Vec<Value> = serde_json::from_slice(&seen.body).unwrap();
            if !seen.is_empty() {
                return seen;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Vec::new()
    }
}

/// Prints all rows, in the order of the facts.
pub fn print(table: &Table) {
    let mut rows = table.lock().unwrap().clone();
    rows.sort_by_key(|row| (row.fact, row.rule));
    let mut lines = vec![["fact", "rule", "case", "expected", "observed"].map(str::to_owned)];
    for row in rows {
        lines.push([
            row.fact.to_owned(),
            row.rule.to_owned(),
            row.case,
            row.expected,
            row.observed,
        ]);
    }
    let widths: Vec<usize> = (0..5)
        .map(|column| {
            lines
                .iter()
                .map(|line| line[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    for line in &lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:width$}"))
            .collect();
        println!("{}", cells.join(" | ").trim_end());
    }
    println!("\n{} cases", lines.len() - 1);
}
