use std::collections::HashSet;

use super::*;
use crate::error::{AddressFlaw, Demand, Expected, Foreign, Reason, Refusal, Subject};
use crate::file::Excess;
use crate::json::Kind;
use crate::policy::Flaw;

const ORIGIN: &str = "https://app.example.com";

fn text(text: &str) -> String {
    String::from(text)
}

fn refusal(code: &str, message: &str) -> Refusal {
    Refusal {
        code: text(code),
        message: text(message),
        ..Refusal::default()
    }
}

/// Every reason, with facts that can be found again in its words.
#[expect(clippy::too_many_lines, reason = "a list of all reasons")]
fn reasons() -> Vec<Reason> {
    let name = || text("field-name");
    let mut reasons = vec![
        Reason::AnswerNotAnObject { found: Kind::Array },
        Reason::AnswerNotJson { is_html: true },
        Reason::AnswerNotJson { is_html: false },
        Reason::AnswerNotPlain,
        Reason::NoParams,
        Reason::WrongKind {
            name: name(),
            found: Kind::Bool,
            expected: Kind::String,
        },
        Reason::TooManyFields { max: 1000 },
        Reason::AnswerTooLong { max: 1 << 20 },
        Reason::InternalHost {
            name: name(),
            host: text("oss-internal.example"),
            public: text("oss.example"),
        },
        Reason::RegionInPlaceOfHost {
            name: name(),
            host: text("oss-cn-hangzhou"),
        },
        Reason::BackendStalled { after_s: 30 },
        Reason::BlockedByPage {
            host: text("host.example"),
        },
        Reason::BackendBlockedByPage {
            host: text("host.example"),
        },
        Reason::Redirected { to: None },
        Reason::Redirected {
            to: Some(text("https://host.example")),
        },
        Reason::AnswerKeyTooLong { name: name() },
        Reason::AnswerKeyBeginsWithSlash { name: name() },
        Reason::AnswerRedirects,
        Reason::Unsigned,
        Reason::NotABucket { name: name() },
        Reason::NotAPolicy,
        Reason::NotHttps { name: name() },
        Reason::AddressHasUser { name: name() },
        Reason::PlainHttp {
            name: name(),
            host: text("host.example"),
        },
        Reason::HostNotAllowed {
            host: text("host.example"),
        },
        Reason::BackendRefused { refusal: None },
        Reason::BackendRefused {
            refusal: Some(refusal("E-1", "not today")),
        },
        Reason::RequestImpossible { why: text("why") },
        Reason::KeyEmpty,
        Reason::KeyHasControl { key: text("a\nb") },
        Reason::KeyBeginsWithSlash { key: text("/a") },
        Reason::KeyTooLong {
            bytes: 1024,
            max: 1023,
        },
        Reason::FieldIsSigned { name: name() },
        Reason::PageRedirects,
        Reason::MetadataName { name: name() },
        Reason::CallbackVarName { name: name() },
        Reason::NotAContentType {
            given: text("x\r\n"),
        },
        Reason::FieldName { name: name() },
        Reason::FieldNameTooLong { max: 8192 },
        Reason::FieldHasControl { name: name() },
        Reason::FieldTooLong {
            name: name(),
            max: 5120,
        },
        Reason::MetadataTooLong { max: 8192 },
        Reason::FieldsTooLong { max: 8 << 20 },
        Reason::FormTooLarge { max: 5 << 30 },
        Reason::OtherKey {
            allowed: text("a"),
            wanted: text("b"),
        },
        Reason::FileTooLarge {
            size: 2 << 20,
            max: 1 << 20,
        },
        Reason::FileTooSmall { size: 1, min: 2 },
        Reason::PolicyFieldMissing { name: name() },
        Reason::PolicyOtherValue {
            subject: Subject::Field(name()),
        },
        Reason::RefusedByPage,
        Reason::ExpiredOnArrival,
        Reason::PolicyExpired {
            refusal: refusal("AccessDenied", "Policy expired."),
        },
        Reason::CallbackFailed { refusal: None },
        Reason::CallbackFailed {
            refusal: Some(refusal("CallbackFailed", "no connection")),
        },
        Reason::Stalled {
            host: text("host.example"),
            after_s: 30,
        },
        Reason::FileUnreadable { name: name() },
        Reason::ChecksumsDiffer { stored: 1, file: 2 },
    ];
    for is_online in [true, false] {
        reasons.extend([
            Reason::ParamsFunctionFailed {
                why: text("why"),
                is_online,
            },
            Reason::BackendUnreachable {
                why: text("why"),
                is_online,
            },
            Reason::NoAnswer {
                host: text("host.example"),
                is_online,
            },
        ]);
    }
    for found in [Foreign::Html, Foreign::Nothing, Foreign::Other] {
        reasons.push(Reason::NotOss { status: 200, found });
    }
    for flaw in [AddressFlaw::Path, AddressFlaw::Query, AddressFlaw::NoHost] {
        let name = name();
        reasons.push(Reason::NotAHost { name, flaw });
    }
    for expected in [
        Expected::Host,
        Expected::Endpoint,
        Expected::Bucket,
        Expected::Key,
        Expected::AccessKeyId,
        Expected::Policy,
        Expected::Signature,
        Expected::Credential,
        Expected::SignatureDate,
    ] {
        let name = "field-name";
        reasons.push(Reason::MissingField { name, expected });
    }
    for (subject, demand) in [
        (Subject::Bucket, Demand::Equal(text("a"))),
        (Subject::Key, Demand::StartWith(text("a"))),
        (
            Subject::ContentType,
            Demand::OneOf(vec![text("a"), text("b")]),
        ),
        (Subject::Field(name()), Demand::NoneOf(vec![text("a")])),
    ] {
        let actual = text("c");
        reasons.push(Reason::PolicyCondition {
            subject,
            demand,
            actual,
        });
    }
    for excess in [
        Excess::Small { size: 1, min: 2 },
        Excess::Large { size: 2, max: 1 },
        Excess::Type {
            name: name(),
            content_type: text(""),
            accept: vec![text("image/*")],
        },
    ] {
        reasons.push(Reason::LimitExceeded { excess });
    }
    for code in OSS_CODES {
        let refusal = refusal(code, "words");
        reasons.push(Reason::OssRefused { refusal });
    }
    reasons
}

/// One for each advice that there is.
const OSS_CODES: [&str; 16] = [
    "AccessDenied",
    "SignatureDoesNotMatch",
    "InvalidAccessKeyId",
    "RequestTimeTooSkewed",
    "NoSuchBucket",
    "SecondLevelDomainForbidden",
    "EntityTooLarge",
    "AccessForbidden",
    "FileAlreadyExists",
    "UserDisable",
    "InvalidPolicyDocument",
    "InternalError",
    "BucketNotBelongTo",
    "CnameDenied",
    "KmsServiceNotEnabled",
    "UnheardOf",
];

fn notices() -> Vec<Notice> {
    let flaws = [
        Flaw::Expiration {
            expiration: text("2033-02-19 13:19:00"),
        },
        Flaw::NoConditions,
        Flaw::Operator {
            operator: text("ends-with"),
        },
        Flaw::SizeRange,
        Flaw::Condition,
    ];
    let mut notices: Vec<_> = flaws.into_iter().map(Notice::PolicyFlaw).collect();
    notices.extend([
        Notice::PolicyUnreadable,
        Notice::FieldNotCovered {
            name: text("field-name"),
        },
        Notice::ChecksumHidden,
        Notice::ChecksumUnreadable,
        Notice::OutlivesPolicy,
    ]);
    notices
}

fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

#[test]
fn every_reason_has_a_sentence_and_a_hint_in_both_languages() {
    for reason in reasons() {
        for status in [None, Some(200), Some(401), Some(404), Some(503)] {
            let error = Error::from(reason.clone()).answered(status, None);
            let english = words(&error, Locale::En, ORIGIN);
            let chinese = words(&error, Locale::ZhCn, ORIGIN);
            for text in [&english.message, &english.hint] {
                assert!(text.len() > 12 && text.ends_with('.'), "{text}");
                assert!(!text.ends_with("..") && !is_chinese(text), "{text}");
                assert!(!text.contains(['\n', '\r']), "{text}");
            }
            for text in [&chinese.message, &chinese.hint] {
                assert!(is_chinese(text) && text.ends_with('。'), "{text}");
                assert!(!text.ends_with("。。") && !text.contains(".。"), "{text}");
            }
            assert_ne!(english.message, english.hint);
        }
    }
    for shown in notices() {
        assert!(notice(&shown, Locale::En).ends_with('.'));
        let chinese = notice(&shown, Locale::ZhCn);
        assert!(is_chinese(&chinese) && chinese.ends_with('。'), "{chinese}");
    }
}

/// Names between backticks and numbers: a translation that loses one says less.
fn facts(text: &str) -> Vec<&str> {
    let names = text.split('`').skip(1).step_by(2);
    let mut facts: Vec<_> = names.collect();
    facts.extend(
        text.split(|c: char| !c.is_ascii_digit())
            .filter(|number| !number.is_empty()),
    );
    facts.sort_unstable();
    facts
}

#[test]
fn a_translation_names_the_same_things() {
    for reason in reasons() {
        let error = Error::from(reason);
        let english = words(&error, Locale::En, ORIGIN);
        let chinese = words(&error, Locale::ZhCn, ORIGIN);
        assert_eq!(
            facts(&english.message),
            facts(&chinese.message),
            "{english:?}"
        );
        assert_eq!(facts(&english.hint), facts(&chinese.hint), "{english:?}");
    }
}

#[test]
fn each_refusal_of_oss_has_a_hint_of_its_own() {
    for locale in Locale::ALL {
        let hints: HashSet<_> = OSS_CODES
            .iter()
            .map(|code| {
                let refusal = refusal(code, "words");
                let error = Error::from(Reason::OssRefused { refusal });
                words(&error, locale, ORIGIN).hint
            })
            .collect();
        assert_eq!(hints.len(), OSS_CODES.len());
    }
}

/// "403 errors" of the OSS documentation: one code for many causes, which the message tells apart.
#[test]
fn one_code_for_many_causes() {
    let hint = |message| {
        let refusal = refusal("AccessDenied", message);
        Error::from(Reason::OssRefused { refusal }).hint(Locale::En, ORIGIN)
    };
    assert!(
        hint("Invalid according to Policy: Policy Condition failed: [\"eq\", \"$a\", \"1\"]")
            .contains("change the policy")
    );
    assert!(
        hint("The bucket you are attempting to access must be addressed using the specified endpoint.")
            .contains("wrong endpoint")
    );
    assert!(hint("You have no right to access this object.").contains("oss:PutObject"));
}

/// "Configure CORS" of the OSS documentation: origin, method, header and explicit names of exposed headers.
#[test]
fn without_an_answer_the_hint_has_the_rule_to_add() {
    let lost = |is_online| {
        let host = text("demo.oss-cn-hangzhou.aliyuncs.com");
        Error::from(Reason::NoAnswer { host, is_online })
    };
    for locale in Locale::ALL {
        let hint = lost(true).hint(locale, ORIGIN);
        for part in [
            "AllowedOrigin https://app.example.com",
            "AllowedMethod POST",
            "AllowedHeader *",
            "ExposeHeader ETag, x-oss-request-id, x-oss-hash-crc64ecma",
        ] {
            assert!(hint.contains(part), "{hint}");
        }
        assert!(!lost(false).hint(locale, ORIGIN).contains("AllowedOrigin"));
    }
}

#[test]
fn a_backends_status_tells_what_to_do() {
    let hint = |code: &str, status| {
        let refusal = (!code.is_empty()).then(|| refusal(code, "words"));
        Error::from(Reason::BackendRefused { refusal })
            .answered(status, None)
            .hint(Locale::En, ORIGIN)
    };
    assert!(hint("", Some(401)).contains("sign in again"));
    assert!(hint("40101", Some(403)).contains("sign in again"));
    assert!(hint("", Some(404)).contains("must be the address of a backend"));
    assert!(hint("", Some(503)).contains("try again later"));
    assert!(hint("quota", None).contains("its log says more"));
    // Codes of the gateway, whatever the status that a backend passes them on with.
    assert!(hint("InvalidAccessKeyId.NotFound", Some(404)).contains("AccessKey does not exist"));
    assert!(hint("NoPermission", Some(403)).contains("ens:PrepareUpload"));
    assert!(hint("UserDisable", Some(500)).contains("overdue payment"));
    assert!(hint("InvalidBucketName", Some(400)).contains("bucket's name"));
}

#[test]
fn one_full_stop() {
    let message = |message: &str, locale| {
        let refusal = refusal("X", message);
        Error::from(Reason::OssRefused { refusal }).message(locale)
    };
    let english = "OSS refused the upload with X: Policy expired.";
    assert_eq!(message("Policy expired. ", Locale::En), english);
    assert_eq!(message("Policy expired", Locale::En), english);
    assert_eq!(
        message("已过期。", Locale::ZhCn),
        "OSS 拒绝了上传（X）：已过期。"
    );
    assert!(message("cut…", Locale::En).ends_with("cut…"));
}

#[test]
fn a_backends_code_is_shown_once() {
    let message = |code, message| {
        let refusal = Some(refusal(code, message));
        Error::from(Reason::BackendRefused { refusal }).to_string()
    };
    let before = "The backend refused to hand out upload parameters: ";
    assert_eq!(message("E1", "no"), format!("{before}no (E1)."));
    assert_eq!(message("E1", "E1: no"), format!("{before}E1: no."));
    assert_eq!(message("E1", ""), format!("{before}E1."));
    assert_eq!(message("", "no"), format!("{before}no."));
}

/// What `?` wants, where it turns errors into anybody's.
#[test]
fn errors_may_go_anywhere() {
    fn boxed(error: Error) -> Box<dyn std::error::Error + Send + Sync> {
        error.into()
    }
    let error = Error::from(Reason::KeyEmpty);
    assert_eq!(boxed(error).to_string(), "The object key is empty.");
}
