//! A rule, its cases, and the table of what was observed.

use std::{
    fmt,
    panic::{self, AssertUnwindSafe},
    sync::{Arc, Mutex},
};

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use standin::{Options, Running};
use tokio::runtime::Runtime;

use crate::{
    form::{Post, policy},
    http::{self, Answer, Then},
    target::{Account, Target, prefix},
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
    pub fact: &'static str,
    pub rule: &'static str,
    pub case: String,
    pub expected: String,
    pub observed: String,
    pub agrees: bool,
    /// What is observed is the same for everybody: an answer's status, code and EC.
    pub is_answer: bool,
}

pub type Table = Arc<Mutex<Vec<Row>>>;

/// The stand-in that most rules share, and a runtime for it.
pub struct World {
    pub runtime: Runtime,
    pub shared: Running,
    pub table: Table,
}

#[derive(Clone, Copy)]
pub struct Rule {
    /// Section of the fact sheet.
    pub fact: &'static str,
    pub name: &'static str,
    check: fn(&mut Cases),
    /// Why a plain bucket of the real OSS cannot be asked.
    pub only_here: Option<&'static str>,
}

pub fn rule(fact: &'static str, name: &'static str, check: fn(&mut Cases)) -> Rule {
    Rule {
        fact,
        name,
        check,
        only_here: None,
    }
}

impl Rule {
    /// Only the stand-in can be asked, because …
    pub fn only_here(self, reason: &'static str) -> Self {
        Self {
            only_here: self.only_here.or(Some(reason)),
            ..self
        }
    }

    pub fn into_trial(self, world: &Arc<World>) -> Trial {
        let world = world.clone();
        Trial::test(format!("{} {}", self.fact, self.name), move || {
            let asked = self.ask(&world, Target::standin(world.shared.oss()));
            world.table.lock().unwrap().extend(asked.rows);
            if asked.failures.is_empty() {
                Ok(())
            } else {
                Err(Failed::from(asked.failures.join("\n")))
            }
        })
    }

    pub fn ask(self, world: &Arc<World>, target: Target) -> Asked {
        let mut cases = Cases {
            rule: self,
            oss: target.origin.clone(),
            target,
            world: world.clone(),
            own: None,
            asked: Asked::default(),
        };
        let ended = panic::catch_unwind(AssertUnwindSafe(|| (self.check)(&mut cases)));
        if ended.is_err() {
            let what = "a check of the rule panicked, and the cases after it were not tried";
            cases.asked.failures.push(what.to_owned());
            cases.asked.ended_early = true;
        }
        if cases.asked.rows.is_empty() && cases.asked.left_out.is_empty() {
            cases.asked.failures.push("the rule has no case".to_owned());
        }
        cases.asked
    }
}

/// What came of a rule's cases.
#[derive(Debug, Default)]
pub struct Asked {
    pub rows: Vec<Row>,
    pub failures: Vec<String>,
    /// By what no case foresees.
    pub ended_early: bool,
    /// Cases that this target cannot be asked, and why.
    pub left_out: Vec<(String, &'static str)>,
    /// Keys that were posted with something before the run's prefix.
    pub strays: Vec<String>,
}

/// Why a case or a rule is [`Rule::only_here`].
pub const ANOTHER_BUCKET: &str = "needs a bucket of another state than a plain one";

/// A key that no other case uses.
pub fn new_key() -> String {
    format!("{}{:x}.txt", prefix(), fastrand::u64(..))
}

/// A folder that no other case uses, with its slash.
pub fn new_folder() -> String {
    format!("{}{:x}/", prefix(), fastrand::u64(..))
}

/// The cases of one rule under test.
pub struct Cases {
    rule: Rule,
    world: Arc<World>,
    /// Where OSS is.
    pub oss: String,
    target: Target,
    /// A stand-in of the rule's own.
    own: Option<Running>,
    asked: Asked,
}

impl Cases {
    /// A post that is signed, complete and right.
    pub fn post(&self) -> Post {
        self.unsigned()
            .signed_v1(&policy(&json!([{ "bucket": self.bucket() }])))
    }

    /// The same without a signature.
    pub fn unsigned(&self) -> Post {
        Post::of(self.account(), &new_key())
    }

    /// Whose bucket is asked.
    pub fn account(&self) -> &Account {
        &self.target.account
    }

    pub fn bucket(&self) -> &str {
        &self.target.account.bucket
    }

    /// Whether to go on: always on the stand-in; elsewhere these cases are left out for that reason.
    pub fn only_here(&mut self, cases: &str, reason: &'static str) -> bool {
        self.only_if(self.target.is_standin, cases, reason)
    }

    pub fn only_if(&mut self, condition: bool, cases: &str, reason: &'static str) -> bool {
        if !condition {
            self.asked.left_out.push((cases.to_owned(), reason));
        }
        condition
    }

    /// From here on the rule's cases go to a stand-in of its own.
    pub fn start(&mut self, options: Options) {
        assert!(self.target.is_standin, "such a rule is `only_here`");
        let running = self
            .world
            .runtime
            .block_on(standin::start(options))
            .unwrap();
        running.oss().clone_into(&mut self.oss);
        running.oss().clone_into(&mut self.target.origin);
        self.own = Some(running);
    }

    pub fn send(&self, post: &Post) -> Answer {
        self.exchange(post, Then::Listen).unwrap_or_default()
    }

    pub fn exchange(&self, post: &Post, then: Then) -> std::io::Result<Answer> {
        let is_own = post.host_header() == self.account().host();
        assert!(
            self.target.is_standin || is_own,
            "such a case is `only_here`"
        );
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
        self.note_stray(&post.key());
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
        self.row(
            name,
            expected.to_string(),
            seen(answer, &observed, expected),
            observed == *expected,
            true,
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
        if expected.is_stored
            && observed.is_stored
            && !self
                .target
                .holds(&post.bucket, &post.key(), &post.content())
        {
            self.disagree(name, "the bytes that were sent", "other bytes".to_owned());
        }
        if expected.code.is_some() && answer.element("Code").is_some() {
            self.judge_envelope(name, post, answer);
        }
    }

    /// §5.1: what every error carries.
    fn judge_envelope(&mut self, name: &str, post: &Post, answer: &Answer) {
        let ec = answer.element("EC");
        let doc = ec
            .as_ref()
            .map(|ec| format!("https://api.aliyun.com/troubleshoot?q={ec}"));
        let header = |name: &str| answer.header(name).map(str::to_owned);
        for (what, observed, expected) in [
            (
                "Content-Type",
                header("content-type"),
                Some("application/xml".to_owned()),
            ),
            ("Server", header("server"), Some("AliyunOSS".to_owned())),
            (
                "RequestId",
                answer.element("RequestId"),
                header("x-oss-request-id"),
            ),
            ("HostId", answer.element("HostId"), Some(post.host_header())),
            ("x-oss-ec", header("x-oss-ec"), ec),
            ("RecommendDoc", answer.element("RecommendDoc"), doc),
        ] {
            if observed != expected {
                let [observed, expected] =
                    [observed, expected].map(|text| text.unwrap_or_else(|| "none".to_owned()));
                self.disagree(&format!("{name}: {what}"), &expected, observed);
            }
        }
    }

    /// A case that is not about status, `Code` and EC.
    pub fn equal<T: fmt::Debug + PartialEq>(&mut self, name: &str, expected: &T, observed: &T) {
        let short = |value: &T| format!("{value:?}").chars().take(60).collect::<String>();
        let agrees = expected == observed;
        self.row(name, short(expected), short(observed), agrees, false);
        if !agrees {
            self.fail(
                name,
                format!("expected {expected:?}\nobserved {observed:?}"),
            );
        }
    }

    /// A row that is there only because the two are not the same.
    fn disagree(&mut self, case: &str, expected: &str, observed: String) {
        self.fail(case, format!("expected {expected}\nobserved {observed}"));
        self.row(case, expected.to_owned(), observed, false, false);
    }

    fn row(
        &mut self,
        case: &str,
        expected: String,
        observed: String,
        agrees: bool,
        is_answer: bool,
    ) {
        self.asked.rows.push(Row {
            fact: self.rule.fact,
            rule: self.rule.name,
            // A line of the table is one.
            case: case.replace(['\r', '\n'], "\u{21b5}"),
            expected,
            observed,
            agrees,
            is_answer,
        });
    }

    fn fail(&mut self, case: &str, what: String) {
        self.asked.failures.push(format!("case \"{case}\": {what}"));
    }

    fn note_stray(&mut self, key: &str) {
        // One that has nothing of the prefix may be somebody else's.
        if key.contains(prefix()) && !key.starts_with(prefix()) {
            self.asked.strays.push(key.to_owned());
        }
    }

    /// The stored object as `/-/objects` lists it.
    pub fn object(&self, bucket: &str, key: &str) -> Option<Value> {
        self.target.object(bucket, key)
    }

    pub fn bytes(&self, bucket: &str, key: &str) -> Vec<u8> {
        self.target.bytes(bucket, key)
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

/// Status, code and EC of an answer; then what else is not as it should be.
fn seen(answer: &Answer, observed: &Expected, expected: &Expected) -> String {
    if answer.status == 0 {
        return "no answer".to_owned();
    }
    let element = |name| answer.element(name).unwrap_or_else(|| "-".to_owned());
    let mut seen = format!("{} {} {}", answer.status, element("Code"), element("EC"));
    if observed.message != expected.message {
        seen = format!("{seen} \u{201c}{}\u{201d}", element("Message"));
    }
    if observed.is_stored != expected.is_stored {
        let stored = if observed.is_stored {
            "stored"
        } else {
            "not stored"
        };
        seen = format!("{seen}, {stored}");
    }
    seen
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
    print_columns(&lines);
    println!("\n{} cases", lines.len() - 1);
}

/// Aligns the columns; the first line is their heads.
pub fn print_columns<const N: usize>(lines: &[[String; N]]) {
    let widths: Vec<usize> = (0..N)
        .map(|column| {
            let cells = lines.iter().map(|line| line[column].chars().count());
            cells.max().unwrap_or(0)
        })
        .collect();
    for line in lines {
        let cells: Vec<String> = line
            .iter()
            .zip(&widths)
            .map(|(cell, &width)| format!("{cell:width$}"))
            .collect();
        println!("{}", cells.join(" | ").trim_end());
    }
}
