//! `npm run conformance`: every rule that a plain bucket can be asked, asked of the stand-in and of OSS.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs, panic,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use lexopt::{Arg::Long, ValueExt as _};
use serde_json::json;
use url::Url;

use crate::{
    form::{Post, policy},
    http::{self, Then},
    rule::{Asked, Row, Rule, World, new_key, print_columns},
    target::{Account, Target, prefix},
};

/// A case, and what both answered.
struct Line {
    row: Row,
    oss: String,
    differs: bool,
}

/// # Errors
/// OSS cannot be asked at all, or what was stored is still there; in words for a person.
pub fn run(
    world: &Arc<World>,
    rules: &[Rule],
    arguments: impl Iterator<Item = String>,
) -> Result<(), String> {
    let (cloud, report) = read(arguments)?;
    probe(&cloud)?;
    let interrupted = Arc::new(AtomicBool::new(false));
    let flag = interrupted.clone();
    world.runtime.spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        flag.store(true, Ordering::Relaxed);
    });
    // A rule that meets what it never expected ends there; that is a difference, too.
    panic::set_hook(Box::new(|_| {}));

    let mut lines = Vec::new();
    let mut not_asked = Vec::new();
    let mut strays = Vec::new();
    for rule in rules {
        let name = format!("{} {}", rule.fact, rule.name);
        if let Some(reason) = rule.only_here {
            not_asked.push([name, reason.to_owned()]);
            continue;
        }
        if interrupted.load(Ordering::Relaxed) {
            not_asked.push([name, "interrupted".to_owned()]);
            continue;
        }
        let here = rule.ask(world, Target::standin(world.shared.oss()));
        let there = rule.ask(world, cloud.clone());
        for (cases, reason) in &there.left_out {
            not_asked.push([format!("{name}: {cases}"), (*reason).to_owned()]);
        }
        strays.extend_from_slice(&there.strays);
        lines.extend(compare(here.rows, there));
    }
    let left = cloud.clean(&strays);

    print(&lines, &not_asked);
    let differences: Vec<&Line> = lines.iter().filter(|line| line.differs).collect();
    fs::write(&report, markdown(&differences, &cloud.account))
        .map_err(|error| format!("{}: {error}", report.display()))?;
    println!(
        "\n{} cases, {} not asked, {} differences: {}",
        lines.len(),
        not_asked.len(),
        differences.len(),
        report.display()
    );
    let left = left.map_err(|answer| {
        let prefix = prefix();
        format!("What is left below {prefix} could not be listed. Delete it by hand: {answer}")
    })?;
    if !left.is_empty() {
        return Err(format!("These could not be deleted: {}", left.join(", ")));
    }
    println!("Everything that was stored is deleted.");
    if interrupted.load(Ordering::Relaxed) {
        return Err("Interrupted: not every rule was asked.".to_owned());
    }
    Ok(())
}

fn read(arguments: impl Iterator<Item = String>) -> Result<(Target, PathBuf), String> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let needed = |name: &str| variable(name).ok_or_else(|| format!("{name} is not set"));
    let (mut bucket, mut region, mut endpoint, mut report) = Default::default();
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut next = || -> Result<bool, lexopt::Error> {
        match parser.next()? {
            None => return Ok(false),
            Some(Long("bucket")) => bucket = parser.value()?.string()?,
            Some(Long("region")) => region = parser.value()?.string()?,
            Some(Long("endpoint")) => endpoint = parser.value()?.string()?,
            Some(Long("report")) => report = parser.value()?.into(),
            Some(other) => return Err(other.unexpected()),
        }
        Ok(true)
    };
    while next().map_err(|error| error.to_string())? {}
    let url = Url::parse(&endpoint).map_err(|error| format!("--endpoint {endpoint}: {error}"))?;
    let authority = url.authority().to_owned();
    Ok((
        Target {
            origin: format!("{}://{bucket}.{authority}", url.scheme()),
            is_standin: false,
            account: Account {
                bucket,
                endpoint: authority,
                region,
                id: needed("ALIBABA_CLOUD_ACCESS_KEY_ID")?,
                secret: needed("ALIBABA_CLOUD_ACCESS_KEY_SECRET")?,
                token: variable("ALIBABA_CLOUD_SECURITY_TOKEN"),
            },
        },
        report,
    ))
}

/// One plain form, seen and deleted: what does not take that need not be asked three hundred times.
fn probe(cloud: &Target) -> Result<(), String> {
    let Target {
        account, origin, ..
    } = cloud;
    let conditions = json!([{ "bucket": account.bucket }]);
    let post = Post::of(account, &new_key()).signed_v1(&policy(&conditions));
    let answer = http::exchange(origin, &post.raw(), Then::Listen)
        .map_err(|error| format!("{origin} cannot be reached: {error}"))?;
    if answer.status != 204 {
        let words = answer.words();
        return Err(format!("{origin} does not take a plain form: {words}"));
    }
    let is_seen = cloud.holds(&account.bucket, &post.key(), &post.content());
    match cloud.clean(&[]) {
        Ok(_) if answer.header("x-oss-version-id").is_some() => Err(format!(
            "{origin} keeps versions: what is deleted there stays, and is charged for. Take a bucket without versioning."
        )),
        Ok(left) if left.is_empty() && is_seen => Ok(()),
        _ => Err(format!(
            "{origin} took a form, but what was stored cannot be seen and deleted again: the key needs oss:PutObject, \
             oss:GetObject, oss:DeleteObject and oss:ListObjects. Delete by hand: {}",
            post.key()
        )),
    }
}

/// What one answered beside what the other did: the case of the same name, the first with the first.
fn compare(here: Vec<Row>, there: Asked) -> Vec<Line> {
    let mut answers: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    for row in there.rows.into_iter().rev() {
        answers.entry(row.case.clone()).or_default().push(row);
    }
    let mut lines = Vec::new();
    for row in here {
        let line = match answers.get_mut(&row.case).and_then(Vec::pop) {
            Some(other) => Line {
                differs: !other.agrees || row.is_answer && row.observed != other.observed,
                oss: other.observed,
                row,
            },
            None if there.ended_early => Line {
                oss: "the rule ended before".to_owned(),
                differs: true,
                row,
            },
            // Left out.
            None => continue,
        };
        lines.push(line);
    }
    // What only OSS's answers gave rise to.
    for other in answers.into_values().flatten() {
        let oss = other.observed.clone();
        let row = Row {
            observed: other.expected.clone(),
            ..other
        };
        lines.push(Line {
            row,
            oss,
            differs: true,
        });
    }
    lines
}

fn print(lines: &[Line], not_asked: &[[String; 2]]) {
    let mut table = vec![["rule", "case", "expected", "stand-in", "OSS", ""].map(str::to_owned)];
    table.extend(lines.iter().map(|Line { row, oss, differs }| {
        [
            format!("{} {}", row.fact, row.rule),
            row.case.clone(),
            row.expected.clone(),
            row.observed.clone(),
            oss.clone(),
            if *differs { "DIFFERS" } else { "" }.to_owned(),
        ]
    }));
    print_columns(&table);
    println!();
    let mut table = vec![["not asked", "why"].map(str::to_owned)];
    table.extend_from_slice(not_asked);
    print_columns(&table);
}

/// Rows for the table of `Unconfirmed` in `tests/standin/README.md`.
fn markdown(differences: &[&Line], account: &Account) -> String {
    let cell = |text: &str| text.replace('|', "\\|").replace(['\r', '\n'], " ");
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d");
    let mut text = String::from("| question | reading taken |\n| --- | --- |\n");
    for Line { row, oss, .. } in differences {
        let question = cell(&format!("{} {}: {}", row.fact, row.rule, row.case));
        let (here, oss) = (cell(&row.observed), cell(oss));
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "| {question} | {here}; OSS in {} on {today}: {oss} |",
            account.region
        );
    }
    text
}
