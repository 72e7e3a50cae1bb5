//! The machine's rules, one test each, and a model: whatever happens, an upload ends once and only once.

use std::fmt::Write as _;
use std::rc::Rc;

use base64::Engine as _;
use proptest::prelude::*;
use serde_json::json;

use super::retry::RetryPolicy;
use super::shared_params::{AskReason, Issued};
use super::*;
use crate::error::{Code, Error, Phase, Reason};
use crate::file::FileFacts;
use crate::json::Json;
use crate::params::{ParamsRules, UploadParams};
use crate::response::{Answer, Redirected};
use crate::text::Locale;

/// 2023-11-14T22:13:20Z
const NOW_MS: i64 = 1_700_000_000_000;
const CRC64: u64 = 11_051_210_869_376_104_954;

const AT: Surroundings = Surroundings {
    now_ms: NOW_MS,
    random: 1.0,
};

/// Parameters in the documented "server signs" shape, for keys below `up/` and files of at most `most` bytes.
fn params(expiration: &str, most: u64) -> UploadParams {
    let policy = json!({
        "expiration": expiration,
        "conditions": [{ "bucket": "demo" }, ["starts-with", "$key", "up/"], ["content-length-range", 0, most]],
    });
    let answer = json!({
        "accessid": "STANDINACCESSKEYID",
        "host": "https://demo.oss-cn-hangzhou.aliyuncs.com",
        "policy": base64::engine::general_purpose::STANDARD.encode(policy.to_string()),
        "signature": "c2lnbmF0dXJl",
        "dir": "up/",
    });
    let answer = Json::from(answer);
    UploadParams::read(&answer, &ParamsRules::default(), Json::parse).unwrap()
}

fn valid() -> UploadParams {
    params("2023-11-14T23:13:20Z", 1000)
}

fn issued(params: UploadParams) -> Issued {
    Issued {
        params: Rc::new(params),
        at_ms: NOW_MS,
        clock_offset_ms: Some(0),
        fresh: true,
    }
}

fn given(issued: Issued) -> Event {
    Event::Params {
        issued: Box::new(issued),
        key: None,
    }
}

fn file() -> FileFacts {
    FileFacts {
        name: "a.txt".into(),
        size: 9,
        content_type: "text/plain".into(),
    }
}

fn upload() -> Upload {
    Upload::new(
        file(),
        Settings {
            verify: true,
            ..Settings::default()
        },
    )
}

/// An upload whose form is being posted.
fn posting(settings: Settings) -> Upload {
    let mut upload = Upload::new(file(), settings);
    assert_eq!(
        upload.handle(Event::Start, AT),
        Step::AskParams(AskReason::First)
    );
    assert_eq!(upload.handle(given(issued(valid())), AT), Step::Post);
    upload
}

fn verified() -> Settings {
    Settings {
        verify: true,
        ..Settings::default()
    }
}

fn answer(status: u16, crc64: Option<u64>) -> Event {
    Event::Answered(Box::new(Answer {
        status,
        crc64: crc64.map(|crc64| crc64.to_string()),
        ..Answer::default()
    }))
}

fn refusal(status: u16, code: &str, message: &str) -> Event {
    Event::Answered(Box::new(Answer {
        status,
        content_type: Some("application/xml".into()),
        body: format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
        ..Answer::default()
    }))
}

fn expired() -> Event {
    refusal(
        403,
        "AccessDenied",
        "Invalid according to Policy: Policy expired.",
    )
}

const LOST: Event = Event::Lost {
    loss: Loss::Network,
    all_sent: true,
    online: true,
};

fn failure(step: &Step) -> &Error {
    match step {
        Step::Fail(error) => error,
        other => panic!("expected a failure, got {other:?}"),
    }
}

fn outcome(step: &Step) -> &Outcome {
    match step {
        Step::Done(outcome) => outcome,
        other => panic!("expected an outcome, got {other:?}"),
    }
}

#[test]
fn a_stored_file_is_verified_by_its_checksum() {
    let mut upload = posting(verified());
    assert_eq!(
        upload.handle(answer(204, Some(CRC64)), AT),
        Step::AwaitChecksum
    );
    assert_eq!(upload.state(), State::Verifying);
    let step = upload.handle(Event::Checksum(CRC64), AT);
    let outcome = outcome(&step);
    assert!(outcome.verified);
    assert_eq!(outcome.crc64, Some(CRC64));
    assert_eq!(outcome.posts, 1);
    assert_eq!(outcome.object.bucket.as_deref(), Some("demo"));
    assert!(
        outcome.object.key.starts_with("up/") && outcome.object.key.ends_with("/a.txt"),
        "{}",
        outcome.object.key
    );
    assert_eq!(upload.state(), State::Done);
}

#[test]
fn the_shell_learns_what_to_post_and_where() {
    let mut upload = upload();
    assert!(upload.wants_checksum());
    assert_eq!(upload.file(), &file());
    assert_eq!((upload.issued(), upload.url()), (None, None));
    assert_eq!(upload.last_failure(), None);
    upload.handle(Event::Start, AT);
    upload.handle(given(issued(valid())), AT);
    assert_eq!(upload.issued(), Some(&issued(valid())));
    assert_eq!(
        upload.url(),
        Some("https://demo.oss-cn-hangzhou.aliyuncs.com/")
    );
    upload.handle(LOST, AT);
    assert_eq!(upload.last_failure().map(Error::code), Some(Code::Network));
    upload.handle(Event::WaitOver, AT);
    assert_eq!(upload.last_failure(), None, "of the attempt before");
}

#[test]
fn the_checksum_may_be_ready_before_the_answer() {
    let mut upload = posting(verified());
    assert_eq!(upload.handle(Event::Checksum(CRC64), AT), Step::Continue);
    assert!(outcome(&upload.handle(answer(200, Some(CRC64)), AT)).verified);
}

#[test]
fn another_checksum_is_posted_again_and_then_an_integrity_error_with_both_values() {
    let mut upload = posting(verified());
    upload.handle(Event::Checksum(CRC64), AT);
    for _ in 1..4 {
        assert!(matches!(
            upload.handle(answer(204, Some(7)), AT),
            Step::Wait(_)
        ));
        assert_eq!(upload.handle(Event::WaitOver, AT), Step::Post);
    }
    let step = upload.handle(answer(204, Some(7)), AT);
    let error = failure(&step);
    assert_eq!(
        (error.code(), error.phase()),
        (Code::Integrity, Phase::Verify)
    );
    assert!(
        error.to_string().contains("is 7") && error.to_string().contains(&CRC64.to_string()),
        "{error}"
    );
}

#[test]
fn a_hidden_checksum_leaves_the_upload_unverified_and_is_noticed_once() {
    let mut upload = posting(verified());
    assert!(!outcome(&upload.handle(answer(204, None), AT)).verified);
    assert_eq!(upload.take_notices(), [Notice::ChecksumHidden]);
    assert_eq!(upload.take_notices(), []);
}

#[test]
fn without_verify_nothing_waits_for_a_checksum() {
    let mut upload = posting(Settings::default());
    assert!(!upload.wants_checksum());
    assert!(!outcome(&upload.handle(answer(204, Some(CRC64)), AT)).verified);
}

#[test]
fn a_file_that_vanishes_ends_the_upload() {
    let mut upload = posting(verified());
    let step = upload.handle(Event::FileUnreadable, AT);
    assert_eq!(failure(&step).code(), Code::FileUnreadable);
    assert!(failure(&step).to_string().contains("a.txt"));
}

#[test]
fn a_lost_connection_is_tried_again_after_growing_delays() {
    let mut upload = posting(verified());
    for delay_ms in [500, 1000, 2000] {
        assert_eq!(upload.handle(LOST, AT), Step::Wait(delay_ms));
        assert_eq!(upload.state(), State::Waiting);
        assert_eq!(upload.handle(Event::WaitOver, AT), Step::Post);
    }
    let step = upload.handle(LOST, AT);
    assert_eq!(failure(&step).code(), Code::Network);
    assert!(failure(&step).retryable);
    assert_eq!(upload.posts(), 4);
}

const OFFLINE: Event = Event::Lost {
    loss: Loss::Network,
    all_sent: false,
    online: false,
};

fn after(ms: i64) -> Surroundings {
    Surroundings {
        now_ms: NOW_MS + ms,
        ..AT
    }
}

/// The flag is a hint: VPNs and web views leave it at "offline" for ever.
#[test]
fn offline_waits_for_the_browser_but_tries_now_and_then_and_uses_up_no_attempts() {
    let mut upload = posting(verified());
    for delay_ms in [1000, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000] {
        assert_eq!(upload.handle(OFFLINE, AT), Step::WaitOnline(delay_ms));
        assert_eq!(upload.state(), State::Waiting);
        assert_eq!(upload.handle(Event::WaitOver, AT), Step::Post);
    }
    // Online again, all four attempts are left.
    for delay_ms in [500, 1000, 2000] {
        assert_eq!(upload.handle(LOST, AT), Step::Wait(delay_ms));
        assert_eq!(upload.handle(Event::WaitOver, AT), Step::Post);
    }
    assert!(matches!(upload.handle(LOST, AT), Step::Fail(_)));

    let mut once = posting(Settings {
        retry: RetryPolicy::NEVER,
        ..Settings::default()
    });
    assert_eq!(failure(&once.handle(OFFLINE, AT)).code(), Code::Network);
}

#[test]
fn offline_ends_after_its_timeout() {
    let mut upload = posting(Settings {
        offline_timeout_ms: 60_000,
        ..verified()
    });
    for ms in [0, 59_999] {
        assert!(matches!(
            upload.handle(OFFLINE, after(ms)),
            Step::WaitOnline(_)
        ));
        assert_eq!(upload.handle(Event::WaitOver, after(ms)), Step::Post);
    }
    let stalled = Event::Lost {
        loss: Loss::Stalled(30_000),
        all_sent: false,
        online: false,
    };
    let step = upload.handle(stalled, after(60_000));
    assert_eq!(failure(&step).code(), Code::Network);
    assert!(failure(&step).retryable);
}

#[test]
fn an_answer_shows_that_the_browser_is_online_whatever_it_says() {
    let mut upload = posting(verified());
    assert_eq!(upload.handle(OFFLINE, after(0)), Step::WaitOnline(1000));
    assert_eq!(upload.handle(Event::WaitOver, after(0)), Step::Post);
    let busy = refusal(503, "ServiceUnavailable", "m");
    assert!(matches!(upload.handle(busy, after(0)), Step::Wait(_)));
    assert_eq!(upload.handle(Event::WaitOver, after(0)), Step::Post);
    // Longer ago than it may last, the first time of all.
    let later = 600_001;
    assert_eq!(upload.handle(OFFLINE, after(later)), Step::WaitOnline(1000));
    let mut asking = Upload::new(file(), verified());
    asking.handle(Event::Start, AT);
    let error = Error::from(Reason::BackendRefused { refusal: None })
        .retryable_if(true)
        .answered(Some(503), None);
    let online = false;
    let step = asking.handle(Event::ParamsFailed { error, online }, AT);
    assert!(matches!(step, Step::Wait(_)), "{step:?}");
}

#[test]
fn what_the_page_forbids_is_not_tried_again() {
    let mut upload = posting(verified());
    let blocked = Event::Lost {
        loss: Loss::Blocked,
        all_sent: false,
        online: true,
    };
    let step = upload.handle(blocked, AT);
    let error = failure(&step);
    assert_eq!((error.code(), error.retryable), (Code::Network, false));
    assert!(error.hint(Locale::En, "").contains("connect-src"));
}

/// An answer whose body OSS does not send, but with the checksum of the file: only that proves it.
fn unproven(crc64: u64) -> Event {
    Event::Answered(Box::new(Answer {
        status: 200,
        crc64: Some(crc64.to_string()),
        body: String::from("added by a proxy"),
        ..Answer::default()
    }))
}

#[test]
fn a_matching_checksum_is_proof_by_itself() {
    let mut upload = posting(verified());
    assert_eq!(upload.handle(unproven(CRC64), AT), Step::AwaitChecksum);
    let step = upload.handle(Event::Checksum(CRC64), AT);
    assert!(
        matches!(&step, Step::Done(outcome) if outcome.verified),
        "{step:?}"
    );

    for proof in [Event::Checksum(CRC64 + 1), Event::FileUnreadable] {
        let mut upload = posting(verified());
        assert_eq!(upload.handle(unproven(CRC64), AT), Step::AwaitChecksum);
        let step = upload.handle(proof, AT);
        assert_eq!(failure(&step).code(), Code::InvalidResponse);
    }
    // Nobody compares.
    let step = posting(Settings::default()).handle(unproven(CRC64), AT);
    assert_eq!(failure(&step).code(), Code::InvalidResponse);
}

#[test]
fn a_redirected_answer_is_never_a_success() {
    let redirected = Event::Answered(Box::new(Answer {
        status: 204,
        crc64: Some(CRC64.to_string()),
        redirected: Some(Redirected {
            to: Some(String::from("https://other.example")),
        }),
        ..Answer::default()
    }));
    let mut upload = posting(verified());
    upload.handle(Event::Checksum(CRC64), AT);
    let step = upload.handle(redirected, AT);
    let error = failure(&step);
    assert_eq!(error.code(), Code::InvalidResponse);
    assert!(
        error.to_string().contains("https://other.example"),
        "{error}"
    );
}

/// The object is there: what a page needs to use it is on the error.
#[test]
fn a_failed_callback_tells_where_the_file_is() {
    let step = posting(verified()).handle(refusal(203, "CallbackFailed", "m"), AT);
    let error = failure(&step);
    assert_eq!(error.code(), Code::CallbackFailed);
    let object = error.object.as_ref().unwrap();
    assert!(object.key.starts_with("up/") && object.key.ends_with("/a.txt"));
    assert_eq!(object.bucket.as_deref(), Some("demo"));
    assert_eq!(
        object.url,
        format!("https://demo.oss-cn-hangzhou.aliyuncs.com/{}", object.key)
    );
}

#[test]
fn what_oss_echoes_of_the_form_is_masked() {
    let policy = valid().fields().get("policy").unwrap().to_owned();
    let step = posting(verified()).handle(refusal(403, "AccessDenied", &policy), AT);
    let shown = format!("{step:?} {}", failure(&step));
    assert!(
        !shown.contains(&policy[..16]) && shown.contains("***"),
        "{shown}"
    );
}

#[test]
fn a_stall_names_the_host_and_the_time() {
    let mut upload = posting(Settings {
        retry: RetryPolicy::NEVER,
        ..Settings::default()
    });
    let stalled = Event::Lost {
        loss: Loss::Stalled(30_000),
        all_sent: false,
        online: true,
    };
    let step = upload.handle(stalled, AT);
    assert_eq!(failure(&step).code(), Code::Stalled);
    assert_eq!(
        failure(&step).to_string(),
        "No byte moved to or from demo.oss-cn-hangzhou.aliyuncs.com for 30 s."
    );
}

#[test]
fn a_busy_server_is_given_the_time_it_asks_for() {
    let mut upload = posting(verified());
    let busy = Event::Answered(Box::new(Answer {
        status: 503,
        retry_after: Some("7".into()),
        body: "<Error><Code>ServiceUnavailable</Code><Message>m</Message></Error>".into(),
        content_type: Some("application/xml".into()),
        ..Answer::default()
    }));
    assert_eq!(upload.handle(busy, AT), Step::Wait(7000));
}

#[test]
fn an_expired_policy_is_replaced_at_once() {
    let mut upload = posting(verified());
    assert_eq!(
        upload.handle(expired(), AT),
        Step::AskParams(AskReason::Expired)
    );
    assert_eq!(upload.handle(given(issued(valid())), AT), Step::Post);
}

#[test]
fn parameters_that_oss_does_not_take_are_not_called_expired() {
    let mut upload = posting(verified());
    let step = upload.handle(refusal(403, "InvalidAccessKeyId", "m"), AT);
    assert_eq!(step, Step::AskParams(AskReason::Refused));
}

#[test]
fn policies_that_keep_expiring_end_in_an_error() {
    let mut upload = posting(verified());
    for _ in 1..4 {
        assert_eq!(
            upload.handle(expired(), AT),
            Step::AskParams(AskReason::Expired)
        );
        assert_eq!(upload.handle(given(issued(valid())), AT), Step::Post);
    }
    let step = upload.handle(expired(), AT);
    assert_eq!(failure(&step).code(), Code::PolicyExpired);
}

#[test]
fn cached_parameters_that_oss_no_longer_takes_do_not_cost_the_only_attempt() {
    let mut upload = Upload::new(
        file(),
        Settings {
            retry: RetryPolicy::NEVER,
            ..Settings::default()
        },
    );
    upload.handle(Event::Start, AT);
    let cached = Issued {
        fresh: false,
        ..issued(valid())
    };
    assert_eq!(upload.handle(given(cached), AT), Step::Post);
    assert_eq!(
        upload.handle(expired(), AT),
        Step::AskParams(AskReason::Expired)
    );
    assert_eq!(upload.handle(given(issued(valid())), AT), Step::Post);
    assert!(matches!(
        upload.handle(answer(204, None), AT),
        Step::Done(_)
    ));
}

/// As often as there are attempts; then at the upload's own expense.
#[test]
fn cached_parameters_are_replaced_no_more_often_than_there_are_attempts() {
    let cached = || {
        given(Issued {
            fresh: false,
            ..issued(valid())
        })
    };
    let mut upload = upload();
    upload.handle(Event::Start, AT);
    while upload.state() != State::Failed {
        assert_eq!(upload.handle(cached(), AT), Step::Post);
        upload.handle(expired(), AT);
    }
    assert_eq!(upload.posts(), 4 + 4);

    let past = || {
        given(Issued {
            fresh: false,
            ..issued(params("2023-11-14T21:13:20Z", 1000))
        })
    };
    let mut upload = self::upload();
    upload.handle(Event::Start, AT);
    for _ in 0..4 {
        let step = upload.handle(past(), AT);
        assert_eq!(step, Step::AskParams(AskReason::Expired));
    }
    assert!(matches!(upload.handle(past(), AT), Step::Wait(_)));
}

#[test]
fn parameters_that_expire_while_waiting_are_replaced_before_the_next_post() {
    let mut upload = posting(verified());
    upload.handle(LOST, AT);
    let two_hours_later = Surroundings {
        now_ms: NOW_MS + 2 * 3_600_000,
        ..AT
    };
    assert_eq!(
        upload.handle(Event::WaitOver, two_hours_later),
        Step::AskParams(AskReason::Expired)
    );
}

#[test]
fn parameters_expired_on_arrival_are_refused_only_by_the_backends_own_clock() {
    let past = || issued(params("2023-11-14T21:13:20Z", 1000));
    let mut upload = upload();
    upload.handle(Event::Start, AT);
    assert!(matches!(upload.handle(given(past()), AT), Step::Wait(_)));
    assert_eq!(
        upload.handle(Event::WaitOver, AT),
        Step::AskParams(AskReason::First)
    );

    let unknown_clock = Issued {
        clock_offset_ms: None,
        ..past()
    };
    assert_eq!(upload.handle(given(unknown_clock), AT), Step::Post);

    let mut skewed = self::upload();
    skewed.handle(Event::Start, AT);
    let slow_page_clock = Issued {
        clock_offset_ms: Some(-2 * 3_600_000),
        ..past()
    };
    assert_eq!(skewed.handle(given(slow_page_clock), AT), Step::Post);
}

/// Nobody signed that time, and whoever can read the policy may find another one in it.
#[test]
fn a_time_beside_a_policy_that_cannot_be_read_is_a_hint() {
    let answer = Json::from(json!({
        "accessid": "STANDINACCESSKEYID",
        "host": "https://demo.oss-cn-hangzhou.aliyuncs.com",
        "policy": "bm8gSlNPTg==",
        "signature": "c2lnbmF0dXJl",
        "dir": "up/",
        "expire": NOW_MS / 1000 - 3600,
    }));
    let params = UploadParams::read(&answer, &ParamsRules::default(), Json::parse).unwrap();
    assert!(params.policy_unreadable());
    let mut upload = upload();
    upload.handle(Event::Start, AT);
    assert_eq!(upload.handle(given(issued(params)), AT), Step::Post);
}

#[test]
fn a_failed_callback_is_never_posted_again() {
    let mut upload = posting(verified());
    let step = upload.handle(refusal(203, "CallbackFailed", "Error Status : 502."), AT);
    assert_eq!(failure(&step).code(), Code::CallbackFailed);
}

/// Under a key that is the caller's: somebody else may have stored an object there.
fn posting_under_own_key() -> Upload {
    let mut upload = Upload::new(file(), verified());
    upload.handle(Event::Start, AT);
    let given = Event::Params {
        issued: Box::new(issued(valid())),
        key: Some("up/a.txt".into()),
    };
    assert_eq!(upload.handle(given, AT), Step::Post);
    upload
}

#[test]
fn already_there_under_a_key_of_our_making_is_stored_even_at_the_first_attempt() {
    let mut upload = posting(verified());
    let step = upload.handle(refusal(409, "FileAlreadyExists", ""), AT);
    assert_eq!(outcome(&step).uploaded.status, 409);
}

#[test]
fn already_there_after_a_lost_answer_is_stored() {
    let exists = || {
        refusal(
            409,
            "FileAlreadyExists",
            "The object you specified already exists and can not be overwritten.",
        )
    };
    let mut upload = posting_under_own_key();
    upload.handle(LOST, AT);
    upload.handle(Event::WaitOver, AT);
    let step = upload.handle(exists(), AT);
    assert_eq!(
        (outcome(&step).uploaded.status, outcome(&step).verified),
        (409, false)
    );

    let mut first_attempt = posting_under_own_key();
    assert_eq!(
        failure(&first_attempt.handle(exists(), AT)).code(),
        Code::OssRefused
    );

    let mut never_all_sent = posting_under_own_key();
    never_all_sent.handle(
        Event::Lost {
            loss: Loss::Network,
            all_sent: false,
            online: true,
        },
        AT,
    );
    never_all_sent.handle(Event::WaitOver, AT);
    assert_eq!(
        failure(&never_all_sent.handle(exists(), AT)).code(),
        Code::OssRefused
    );
}

/// What a lost answer may have stored is another object.
#[test]
fn already_there_under_another_key_than_before_is_refused() {
    let given = |key: &str| Event::Params {
        issued: Box::new(issued(valid())),
        key: Some(String::from(key)),
    };
    for (key, is_stored) in [("up/a.txt", true), ("up/b.txt", false)] {
        let mut upload = posting_under_own_key();
        upload.handle(LOST, AT);
        upload.handle(Event::WaitOver, AT);
        upload.handle(expired(), AT);
        assert_eq!(upload.handle(given(key), AT), Step::Post);
        let step = upload.handle(refusal(409, "FileAlreadyExists", "m"), AT);
        assert_eq!(matches!(step, Step::Done(_)), is_stored, "{key}: {step:?}");
    }
}

/// Whoever gives such an answer may stand between: behind it the form may have arrived.
#[test]
fn already_there_after_an_answer_that_leaves_it_open_is_stored() {
    let html = |status| {
        Event::Answered(Box::new(Answer {
            status,
            content_type: Some("text/html".into()),
            body: "<html>".into(),
            ..Answer::default()
        }))
    };
    for (unclear, is_stored) in [
        (html(502), true),
        (html(429), true),
        (refusal(500, "InternalError", "m"), true),
        (refusal(400, "RequestTimeout", "m"), false),
    ] {
        let mut upload = posting_under_own_key();
        let step = upload.handle(unclear, AT);
        assert!(matches!(step, Step::Wait(_)), "{step:?}");
        upload.handle(Event::WaitOver, AT);
        let step = upload.handle(refusal(409, "FileAlreadyExists", "m"), AT);
        assert_eq!(matches!(step, Step::Done(_)), is_stored, "{step:?}");
    }
}

#[test]
fn a_file_that_the_policy_refuses_is_never_posted() {
    let mut upload = upload();
    upload.handle(Event::Start, AT);
    let step = upload.handle(given(issued(params("2023-11-14T23:13:20Z", 8))), AT);
    assert_eq!(
        (failure(&step).code(), upload.posts()),
        (Code::PolicyViolation, 0)
    );
}

#[test]
fn shared_parameters_that_do_not_fit_the_file_are_asked_for_anew() {
    let mut upload = upload();
    upload.handle(Event::Start, AT);
    let for_another_file = || Issued {
        fresh: false,
        ..issued(params("2023-11-14T23:13:20Z", 8))
    };
    assert_eq!(
        upload.handle(given(for_another_file()), AT),
        Step::AskParams(AskReason::Refused)
    );
    assert_eq!(upload.handle(given(issued(valid())), AT), Step::Post);

    // Not for ever, where others share theirs again and again.
    let mut upload = self::upload();
    upload.handle(Event::Start, AT);
    for _ in 0..4 {
        let step = upload.handle(given(for_another_file()), AT);
        assert_eq!(step, Step::AskParams(AskReason::Refused));
    }
    let step = upload.handle(given(for_another_file()), AT);
    assert_eq!(failure(&step).code(), Code::PolicyViolation);
}

#[test]
fn a_backend_that_is_down_is_asked_again() {
    let down = || {
        let mut error = Error::from(Reason::BackendUnreachable {
            why: String::from("down"),
            is_online: true,
        });
        error.retryable = true;
        Event::ParamsFailed {
            error,
            online: true,
        }
    };
    let mut upload = upload();
    upload.handle(Event::Start, AT);
    for _ in 1..4 {
        assert!(matches!(upload.handle(down(), AT), Step::Wait(_)));
        assert_eq!(
            upload.handle(Event::WaitOver, AT),
            Step::AskParams(AskReason::First)
        );
    }
    assert_eq!(failure(&upload.handle(down(), AT)).phase(), Phase::Params);
}

#[test]
fn a_pause_ends_the_post_and_resume_starts_it_again() {
    let mut upload = posting(verified());
    assert_eq!(upload.handle(Event::Pause, AT), Step::Rest);
    assert_eq!(upload.state(), State::Paused);
    assert_eq!(
        upload.handle(LOST, AT),
        Step::Continue,
        "of the request that was ended"
    );
    assert_eq!(upload.handle(Event::Resume, AT), Step::Post);
    upload.handle(answer(204, Some(CRC64)), AT);
    assert_eq!(
        upload.handle(Event::Pause, AT),
        Step::Continue,
        "it is stored"
    );
    assert_eq!(upload.state(), State::Verifying);
}

#[test]
fn parameters_that_expire_do_not_let_an_upload_be_offline_for_ever() {
    let at = |minute: i64| Surroundings {
        now_ms: NOW_MS + minute * 60_000,
        ..AT
    };
    let offline = || Event::Lost {
        loss: Loss::Network,
        all_sent: false,
        online: false,
    };
    let mut upload = posting(Settings {
        offline_timeout_ms: 90 * 60_000,
        ..Settings::default()
    });
    assert!(matches!(
        upload.handle(offline(), at(0)),
        Step::WaitOnline(_)
    ));
    assert_eq!(
        upload.handle(Event::WaitOver, at(60)),
        Step::AskParams(AskReason::Expired)
    );
    // That asking was offline, too, and then not, says nothing of posts.
    let unreachable = Event::ParamsFailed {
        error: Error::from(Reason::BackendUnreachable {
            why: String::new(),
            is_online: false,
        })
        .retryable_if(true),
        online: false,
    };
    assert!(matches!(
        upload.handle(unreachable, at(60)),
        Step::WaitOnline(_)
    ));
    assert_eq!(
        upload.handle(Event::WaitOver, at(60)),
        Step::AskParams(AskReason::Expired)
    );
    let fresh = Issued {
        at_ms: at(60).now_ms,
        ..issued(params("2023-11-15T00:13:20Z", 1000))
    };
    assert_eq!(upload.handle(given(fresh), at(60)), Step::Post);
    let step = upload.handle(offline(), at(90));
    assert_eq!(failure(&step).code(), Code::Network);
}

#[test]
fn a_form_that_oss_cannot_read_is_sent_once_more_only() {
    let malformed = || {
        refusal(
            400,
            "MalformedPOSTRequest",
            "The body of your POST request is not well-formed multipart/form-data.",
        )
    };
    let mut upload = posting(verified());
    assert!(matches!(upload.handle(malformed(), AT), Step::Wait(_)));
    assert_eq!(upload.handle(Event::WaitOver, AT), Step::Post);
    assert_eq!(
        failure(&upload.handle(malformed(), AT)).code(),
        Code::OssRefused
    );
}

#[test]
fn a_slow_upload_is_noticed_when_it_outlives_its_policy() {
    let mut upload = posting(verified());
    upload.expect_to_take(1_800_000.0, NOW_MS);
    assert_eq!(upload.take_notices(), []);
    upload.expect_to_take(7_200_000.0, NOW_MS);
    upload.expect_to_take(7_200_000.0, NOW_MS);
    assert_eq!(upload.take_notices(), [Notice::OutlivesPolicy]);
}

/// What the world may do in answer to a step, or in spite of it.
fn any_event() -> impl Strategy<Value = Event> {
    let params = (
        any::<bool>(),
        any::<bool>(),
        prop_oneof![Just(8), Just(1000)],
    )
        .prop_map(|(fresh, clock, most)| {
            given(Issued {
                fresh,
                clock_offset_ms: clock.then_some(0),
                ..issued(params("2023-11-14T23:13:20Z", most))
            })
        });
    let params_failed = (any::<bool>(), any::<bool>()).prop_map(|(retryable, online)| {
        let mut error = Error::from(Reason::BackendRefused { refusal: None });
        error.retryable = retryable;
        Event::ParamsFailed { error, online }
    });
    let refused = prop_oneof![
        Just(expired()),
        Just(refusal(500, "InternalError", "m")),
        Just(refusal(409, "FileAlreadyExists", "m")),
        Just(refusal(400, "MalformedPOSTRequest", "m")),
        Just(refusal(403, "SecurityTokenExpired", "m")),
        Just(answer(302, None)),
    ];
    let lost =
        (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(stalled, all_sent, online)| {
            Event::Lost {
                loss: if stalled {
                    Loss::Stalled(1000)
                } else {
                    Loss::Network
                },
                all_sent,
                online,
            }
        });
    prop_oneof![
        3 => params,
        2 => params_failed,
        2 => refused,
        2 => lost,
        1 => prop_oneof![Just(answer(204, Some(CRC64))), Just(answer(200, Some(1))), Just(answer(204, None))],
        4 => Just(Event::WaitOver),
        1 => prop_oneof![Just(Event::Checksum(CRC64)), Just(Event::FileUnreadable)],
        1 => prop_oneof![Just(Event::Pause), Just(Event::Resume), Just(Event::Resume)],
        1 => Just(Event::Start),
    ]
}

/// The answer that a well-behaved but failing world gives to each step, so that an upload left alone goes on.
fn failing_world(step: &Step) -> Option<Event> {
    match step {
        Step::AskParams(_) => Some(given(issued(valid()))),
        Step::Post => Some(LOST),
        Step::AwaitChecksum => Some(Event::Checksum(1)),
        Step::Wait(_) | Step::WaitOnline(_) => Some(Event::WaitOver),
        Step::Rest => Some(Event::Resume),
        Step::Continue | Step::Done(_) | Step::Fail(_) | Step::Aborted => None,
    }
}

fn is_terminal(step: &Step) -> bool {
    matches!(step, Step::Done(_) | Step::Fail(_) | Step::Aborted)
}

proptest! {
    /// Any sequence of events, then a world in which every post is lost: exactly one terminal step, none after it,
    /// and no more posts than the caller allowed (those interrupted by a pause, offline times and cached
    /// parameters apart, all of which the sequence bounds).
    #[test]
    fn every_upload_ends_exactly_once(events in prop::collection::vec(any_event(), 0..40), verify: bool) {
        let mut upload = Upload::new(file(), Settings { verify, ..Settings::default() });
        let mut step = upload.handle(Event::Start, AT);
        let mut terminals = 0;
        let mut steps = 0;
        for event in events {
            let next = upload.handle(event, AT);
            terminals += u32::from(is_terminal(&next));
            prop_assert_eq!(upload.state().is_terminal(), terminals == 1);
            prop_assert_eq!(next == Step::Post, next == Step::Post && upload.form().is_some() && upload.url().is_some());
            if next != Step::Continue {
                step = next;
            }
        }
        while let Some(event) = failing_world(&step) {
            steps += 1;
            prop_assert!(steps < 100, "the upload does not end");
            let next = upload.handle(event, AT);
            terminals += u32::from(is_terminal(&next));
            if next != Step::Continue {
                step = next;
            }
        }
        prop_assert_eq!(terminals, 1);
        for event in [Event::Abort, Event::Start, Event::Resume, Event::WaitOver, LOST, answer(204, Some(CRC64))] {
            prop_assert_eq!(upload.handle(event, AT), Step::Continue);
        }
    }

    /// An abort ends it at once, wherever it stands.
    #[test]
    fn an_abort_ends_it_anywhere(events in prop::collection::vec(any_event(), 0..20)) {
        let mut upload = Upload::new(file(), Settings::default());
        let mut ended = false;
        for event in events {
            ended |= is_terminal(&upload.handle(event, AT));
        }
        prop_assert_eq!(upload.handle(Event::Abort, AT) == Step::Aborted, !ended);
        prop_assert!(upload.state().is_terminal());
    }

    /// Whatever goes wrong, no message, `Debug` output or notice holds what only OSS and the backend may know.
    #[test]
    fn no_secret_in_any_message(events in prop::collection::vec(any_event(), 0..20)) {
        let mut upload = Upload::new(file(), Settings::default());
        let mut said = String::new();
        for event in events {
            let step = upload.handle(event, AT);
            write!(said, "{step:?}").unwrap();
            if let Step::Fail(error) = &step {
                said.push_str(&error.to_string());
            }
            let notices = format!("{:?}", upload.take_notices());
            write!(said, "{upload:?} {notices}").unwrap();
        }
        for secret in ["c2lnbmF0dXJl", "eyJ"] {
            prop_assert!(!said.contains(secret), "{}", said);
        }
    }
}
