//! The upload machine, the queue and the shared parameters together, through all sequences of events within bounds.
//!
//! In every state: no more uploads at once than allowed, each at its turn; posts and asks are bounded; no upload waits for
//! nobody; and an end is within reach without the caller's giving up. At an end, whatever comes then leads to nothing.

mod answers;
mod invariants;
mod search;
mod value;
mod world;

use std::time::Instant;

use super::retry::RetryPolicy;
use answers::{Backend, Oss};
use search::explore;
use world::{Bounds, Uploads};

fn explore_all(name: &str, bounds: &'static Bounds) {
    let began = Instant::now();
    let (mut posts, mut asks) = (0, 0);
    let explored = explore(Uploads::new(bounds), |uploads| {
        let most = uploads.most();
        posts = posts.max(most.0);
        asks = asks.max(most.1);
    });
    match explored {
        Err(problem) => panic!("{name}: {problem}"),
        Ok(explored) => println!(
            "{name}: {} states, {} steps, depth {}, {} ends, {:.1} s; at most {posts} posts and {asks} asks of one upload",
            explored.states,
            explored.steps,
            explored.depth,
            explored.ends,
            began.elapsed().as_secs_f64()
        ),
    }
}

/// Two attempts, and no time between them.
const TWICE: RetryPolicy = RetryPolicy {
    attempts: 2,
    min_delay_ms: 0,
    max_delay_ms: 0,
};

/// One upload of a file, and nobody interferes.
const ALONE: Bounds = Bounds {
    sizes: &[9],
    concurrency: 1,
    retry: TWICE,
    offline_timeout_ms: 1000,
    verify: false,
    backend: &[],
    oss: &[],
    pauses: 0,
    aborts: 0,
    halts: 0,
    hours: 0,
    most_posts: 9,
    most_asks: 9,
};

const EVERY_BACKEND: &[Backend] = &[
    Backend::Prefix,
    Backend::SmallFiles,
    Backend::OneFile,
    Backend::Over,
    Backend::Down { online: true },
    Backend::Down { online: false },
    Backend::Refuses,
];

const OFFLINE: Oss = Oss::Lost {
    all_sent: false,
    online: false,
};

const EVERY_OSS: &[Oss] = &[
    Oss::Stored,
    Oss::Damaged,
    Oss::Unsummed,
    Oss::Page { is_right: true },
    Oss::Page { is_right: false },
    Oss::Busy,
    Oss::PolicyExpired,
    Oss::StaleKey,
    Oss::Exists,
    Oss::Malformed,
    Oss::Refuses,
    Oss::Lost {
        all_sent: true,
        online: true,
    },
    Oss::Lost {
        all_sent: false,
        online: true,
    },
    OFFLINE,
    Oss::Stalled,
    Oss::Blocked,
];

const THREE: Bounds = Bounds {
    sizes: &[9, 9, 5],
    concurrency: 2,
    ..ALONE
};

#[test]
fn one_upload_whatever_is_answered() {
    static BOUNDS: Bounds = Bounds {
        verify: true,
        backend: EVERY_BACKEND,
        oss: EVERY_OSS,
        pauses: 1,
        aborts: 1,
        most_posts: 5,
        most_asks: 9,
        ..ALONE
    };
    explore_all("one upload, whatever is answered", &BOUNDS);
}

#[test]
fn one_upload_while_its_parameters_expire() {
    static BOUNDS: Bounds = Bounds {
        backend: &[
            Backend::Prefix,
            Backend::OneFile,
            Backend::Down { online: true },
            Backend::Down { online: false },
        ],
        oss: &[Oss::Stored, Oss::Busy, Oss::PolicyExpired, OFFLINE],
        pauses: 1,
        hours: 2,
        most_posts: 5,
        most_asks: 14,
        ..ALONE
    };
    explore_all("one upload, while its parameters expire", &BOUNDS);
}

#[test]
fn three_uploads_that_share_their_parameters() {
    static BOUNDS: Bounds = Bounds {
        backend: &[Backend::Prefix, Backend::Down { online: true }],
        oss: &[Oss::Stored, Oss::PolicyExpired],
        most_posts: 4,
        most_asks: 6,
        ..THREE
    };
    explore_all("three that share their parameters", &BOUNDS);
}

#[test]
fn three_uploads_with_parameters_that_do_not_fit_all_or_end() {
    static BOUNDS: Bounds = Bounds {
        backend: &[Backend::Prefix, Backend::SmallFiles],
        oss: &[Oss::Stored],
        hours: 1,
        most_posts: 1,
        most_asks: 1,
        ..THREE
    };
    explore_all("three whose parameters do not fit all, or end", &BOUNDS);
}

#[test]
fn three_uploads_with_parameters_for_one_file_each() {
    static BOUNDS: Bounds = Bounds {
        backend: &[Backend::OneFile, Backend::Refuses],
        oss: &[Oss::Stored, Oss::Busy],
        most_posts: 2,
        most_asks: 1,
        ..THREE
    };
    explore_all("three with parameters for one file each", &BOUNDS);
}

#[test]
fn three_uploads_that_the_caller_pauses_and_aborts_in_a_queue_that_halts() {
    static BOUNDS: Bounds = Bounds {
        retry: RetryPolicy::NEVER,
        backend: &[Backend::Prefix, Backend::Down { online: true }],
        oss: &[Oss::Stored],
        pauses: 1,
        aborts: 1,
        halts: 1,
        most_posts: 2,
        most_asks: 2,
        ..THREE
    };
    explore_all("three that the caller pauses, aborts and halts", &BOUNDS);
}
