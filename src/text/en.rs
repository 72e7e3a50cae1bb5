//! English.

use super::{CORS_RULE, TROUBLESHOOTING, Words, ended, list, quoted, size};
use crate::error::{AddressFlaw, Demand, Error, Expected, Foreign, Reason, Refusal, Subject};
use crate::file::Excess;
use crate::json::Kind;
use crate::oss::codes::{BackendTrouble, Trouble};
use crate::policy::Flaw;
use crate::upload::Notice;

const SHAPES: &str = "Compare the backend's answer with the shapes in the README.";
const NOT_THE_API: &str = "`params` must be the address of a backend that answers with JSON: check the address, \
    and whether a login page or a fallback page answers there.";
const OFFLINE: &str = "The browser is offline: connect to the network and try again.";
const HOSTS: &str = "Files are sent only to https hosts, and only to those in `allowedHosts` if it is set: \
    if this host is yours, add it there; if not, do not trust the parameters.";
const FORM: &str = "Change this option of the upload, or leave it out.";
const OTHER_FILE: &str =
    "Choose another file, or let the backend sign a policy that allows this one.";
const OTHER_BUCKET: &str = "The backend names one bucket and signs a policy for another: both must be the same, \
    with PrepareUpload the physical one.";
const EXPIRED: &str = "Fresh parameters were expired, too: check the backend's clock, and sign policies that outlast \
    the slowest upload.";

#[expect(
    clippy::too_many_lines,
    reason = "one exhaustive match: a reason without words does not compile"
)]
pub(super) fn words(error: &Error, origin: &str) -> Words {
    let (message, hint) = match &error.reason {
        Reason::AnswerNotAnObject { found } => (
            format!(
                "The backend's answer is {}: expected an object with upload parameters",
                kind(*found)
            ),
            answer_hint(error),
        ),
        Reason::AnswerNotJson { is_html } => {
            let found = if *is_html { "HTML" } else { "no JSON" };
            (
                format!("The backend answered with {found} instead of upload parameters in JSON"),
                String::from(NOT_THE_API),
            )
        }
        Reason::AnswerNotPlain => (
            String::from("The backend's answer cannot be read: expected parsed JSON"),
            String::from(
                "The `params` function must return what `response.json()` gives: plain objects, lists and texts.",
            ),
        ),
        Reason::NoParams => (
            String::from(
                "The backend's answer holds no upload parameters: expected `Policy`, `Signature` and what belongs to them",
            ),
            answer_hint(error),
        ),
        Reason::MissingField { name, expected } => (
            format!(
                "`{name}` is missing in the backend's answer: expected {}",
                meaning(*expected)
            ),
            answer_hint(error),
        ),
        Reason::WrongKind {
            name,
            found,
            expected,
        } => (
            format!("`{name}` is {}: expected {}", kind(*found), kind(*expected)),
            answer_hint(error),
        ),
        Reason::AnswerKeyTooLong { name } => (
            format!("`{name}` is too long: OSS allows object keys of 1023 bytes"),
            answer_hint(error),
        ),
        Reason::AnswerKeyBeginsWithSlash { name } => (
            format!("`{name}` begins with a slash: OSS allows no such object key"),
            answer_hint(error),
        ),
        Reason::AnswerRedirects => (
            String::from("`success_action_redirect` cannot work for an upload by script"),
            String::from("Let the backend leave it out of the form and of the policy."),
        ),
        Reason::Unsigned => (
            String::from("The parameters say where to upload, but carry no signature"),
            String::from(
                "The backend must sign a policy for this bucket (`Policy`, `Signature` and `OssAccessKeyId`, or the V4 \
                 fields); for a bucket that anyone may write to, set `anonymous`.",
            ),
        ),
        Reason::NotABucket { name } => (
            format!(
                "`{name}` is not a bucket name: expected 3 to 63 lower-case letters, digits and hyphens"
            ),
            answer_hint(error),
        ),
        Reason::NotAHost { name, flaw } => (
            match flaw {
                AddressFlaw::Path => format!(
                    "`{name}` holds a path: expected only a host, such as `oss-cn-hangzhou.aliyuncs.com`"
                ),
                AddressFlaw::Query => format!(
                    "`{name}` holds a query: expected only a host, such as `oss-cn-hangzhou.aliyuncs.com`"
                ),
                AddressFlaw::NoHost => format!(
                    "`{name}` is not a host: expected one such as `oss-cn-hangzhou.aliyuncs.com`"
                ),
            },
            answer_hint(error),
        ),
        Reason::TooManyFields { max } => (
            format!("The backend's answer has too many fields: at most {max} are read"),
            answer_hint(error),
        ),
        Reason::AnswerTooLong { max } => (
            format!(
                "The backend's answer is too long: at most {} are read",
                exact_or_rounded(*max)
            ),
            String::from(NOT_THE_API),
        ),
        Reason::InternalHost { name, host, public } => (
            format!(
                "`{name}` is {host}, which only Alibaba Cloud's own network reaches: expected {public}"
            ),
            String::from("Let the backend give browsers the public endpoint of the bucket."),
        ),
        Reason::RegionInPlaceOfHost { name, host } => (
            format!(
                "`{name}` leads to {host}, which ends with the id of a region: expected a host such as `oss-cn-hangzhou.aliyuncs.com`"
            ),
            String::from("Let the backend give the whole endpoint, not only the region."),
        ),
        Reason::BackendStalled { after_s } => (
            format!("The backend did not answer within {after_s} s"),
            String::from(
                "Check whether the backend hangs, and look into its log; `stallTimeout` sets how long to wait.",
            ),
        ),
        Reason::NotAPolicy => (
            String::from(
                "This is not a policy: it does not decode, or lacks its expiration or conditions",
            ),
            String::from(
                "A policy is the Base64 text of a JSON document with `expiration` and `conditions`.",
            ),
        ),
        Reason::NotHttps { name } => (
            format!("`{name}` is not an https address"),
            String::from(HOSTS),
        ),
        Reason::AddressHasUser { name } => (
            format!("`{name}` holds a user name: expected only a host"),
            String::from(HOSTS),
        ),
        Reason::PlainHttp { name, host } => (
            format!("`{name}` says http, but only https hosts may be uploaded to: {host}"),
            String::from(HOSTS),
        ),
        Reason::HostNotAllowed { host } => (
            format!("The parameters point to {host}, which is not in `allowedHosts`"),
            String::from(HOSTS),
        ),
        Reason::BackendRefused { refusal } => (
            with_words(
                "The backend refused to hand out upload parameters",
                &backend_words(refusal.as_ref(), error.status),
            ),
            backend_hint(refusal.as_ref(), error.status),
        ),
        Reason::RequestImpossible { why } => (
            with_words("The backend cannot be asked", why),
            String::from("Check the address, method, headers and body in `params`."),
        ),
        Reason::ParamsFunctionFailed { why, is_online } => (
            with_words("The params function failed", why),
            if *is_online {
                String::from(
                    "Look at what the page's `params` function does: it has to return the backend's answer, or a promise of it.",
                )
            } else {
                String::from(OFFLINE)
            },
        ),
        Reason::BackendUnreachable { why, is_online } => (
            with_words("The backend could not be asked for upload parameters", why),
            unreachable_hint(*is_online, origin),
        ),
        Reason::KeyEmpty => (
            String::from("The object key is empty"),
            String::from("Let `key` name the object, or leave it out."),
        ),
        Reason::KeyHasControl { key } => (
            format!("The object key {} holds a control character", quoted(key)),
            String::from("Take line breaks and the like out of `key`."),
        ),
        Reason::KeyBeginsWithSlash { key } => (
            format!(
                "The object key {} begins with a slash, which OSS does not allow",
                quoted(key)
            ),
            String::from("Take the slash away from `key`."),
        ),
        Reason::KeyTooLong { bytes, max } => (
            format!("The object key has {bytes} bytes, OSS allows at most {max}"),
            String::from("Use a shorter file name or `key`."),
        ),
        Reason::FieldIsSigned { name } => (
            format!(
                "The form field `{name}` belongs to the signed parameters: the page cannot set it"
            ),
            String::from("Take it out of `fields`: the backend's answer sets it."),
        ),
        Reason::PageRedirects => (
            String::from("`success_action_redirect` cannot work for an upload by script"),
            String::from("Take it out of `fields`."),
        ),
        Reason::MetadataName { name } => (
            format!(
                "{} cannot be a metadata name: expected letters, digits and hyphens",
                quoted(name)
            ),
            String::from(FORM),
        ),
        Reason::CallbackVarName { name } => (
            format!(
                "{} cannot be a callback variable: expected lower-case letters, digits, `_` and `-`",
                quoted(name)
            ),
            String::from(FORM),
        ),
        Reason::NotAContentType { given } => (
            format!(
                "{} is not a content type: expected one such as `image/png`",
                quoted(given)
            ),
            String::from(FORM),
        ),
        Reason::FieldName { name } => (
            format!("{} cannot be the name of a form field", quoted(name)),
            String::from(FORM),
        ),
        Reason::FieldNameTooLong { max } => (
            format!(
                "The name of a form field is too long: OSS allows {}",
                exact_or_rounded(*max)
            ),
            String::from(FORM),
        ),
        Reason::FieldHasControl { name } => (
            format!(
                "The value of the form field `{name}` holds a line break or another control character"
            ),
            String::from(FORM),
        ),
        Reason::FieldTooLong { name, max } => (
            format!(
                "The value of the form field `{name}` is too long: OSS allows {}",
                exact_or_rounded(*max)
            ),
            String::from(FORM),
        ),
        Reason::MetadataTooLong { max } => (
            format!(
                "The metadata is too long: OSS allows {} for all of it, names and values",
                exact_or_rounded(*max)
            ),
            String::from(FORM),
        ),
        Reason::FieldsTooLong { max } => (
            format!(
                "The form fields are too long: OSS allows {} for all of them",
                exact_or_rounded(*max)
            ),
            String::from(FORM),
        ),
        Reason::FormTooLarge { max } => (
            format!(
                "The file is too large: a form upload to OSS may have {} at most",
                exact_or_rounded(*max)
            ),
            String::from("Choose a smaller file, or upload this one in parts with an OSS SDK."),
        ),
        Reason::OtherKey { allowed, wanted } => (
            format!(
                "The parameters allow only the object key {}, but the page wants {}",
                quoted(allowed),
                quoted(wanted)
            ),
            String::from("Leave `key` out, or let the backend sign a prefix (`dir`)."),
        ),
        Reason::FileTooLarge { size, max } => {
            let (size, max) = size::pair(*size, *max, exact);
            (
                format!("The file is {size}, the policy allows at most {max}"),
                String::from(OTHER_FILE),
            )
        }
        Reason::FileTooSmall { size, min } => {
            let (size, min) = size::pair(*size, *min, exact);
            (
                format!("The file is {size}, the policy allows at least {min}"),
                String::from(OTHER_FILE),
            )
        }
        Reason::PolicyFieldMissing { name } => (
            format!("The policy demands the form field `{name}`, which is not set"),
            String::from(
                "Set it in `fields` or `metadata`, or let the backend's answer bring it along.",
            ),
        ),
        Reason::PolicyCondition {
            subject,
            demand,
            actual,
        } => (
            format!(
                "The policy wants {} {}, but it is {}",
                subject_words(subject),
                demand_words(demand),
                quoted(actual)
            ),
            String::from(match subject {
                Subject::Bucket => OTHER_BUCKET,
                _ => OTHER_FILE,
            }),
        ),
        Reason::PolicyOtherValue { subject } => (
            format!(
                "The policy was signed for another value of {}",
                subject_words(subject)
            ),
            String::from("The backend must send the very values for which it signed."),
        ),
        Reason::LimitExceeded { excess } => {
            (excess_words(excess), String::from("Choose another file."))
        }
        Reason::RefusedByPage => (
            String::from("A function of the page's refused the file"),
            String::from("Choose another file."),
        ),
        Reason::ExpiredOnArrival => (
            String::from(
                "The backend handed out upload parameters that are past their expiry already",
            ),
            String::from(EXPIRED),
        ),
        Reason::PolicyExpired { refusal } => (refused(refusal), String::from(EXPIRED)),
        Reason::OssRefused { refusal } => (refused(refusal), oss_hint(refusal, origin)),
        Reason::CallbackFailed { refusal } => (
            with_words(
                "The file is stored, but OSS could not call the application server back",
                refusal.as_ref().map_or("", |refusal| &refusal.message),
            ),
            String::from(
                "Do not upload again. The application server must answer OSS within 5 seconds, with HTTP 200, JSON and \
                 a Content-Length.",
            ),
        ),
        Reason::NotOss { status, found } => (
            format!(
                "The answer with HTTP status {status} came {}",
                match found {
                    Foreign::Html => "with an HTML page",
                    Foreign::Nothing => "without a word of OSS",
                    Foreign::Other => "with something that OSS does not send",
                }
            ),
            String::from(
                "A proxy, a firewall or a network's login page seems to have answered for OSS: check the network, \
                 then try again.",
            ),
        ),
        Reason::Redirected { to } => (
            format!(
                "The form was redirected to {}, where OSS does not store it",
                to.as_deref().unwrap_or("another address")
            ),
            String::from(
                "Let the backend name the address that OSS itself answers at. If the address is right, something on the \
                 network redirects uploads: do not trust it, for it may have read the signed form.",
            ),
        ),
        Reason::NoAnswer { host, is_online } => (
            format!(
                "No answer from {host}: the connection failed, or the browser may not read the answer (CORS)"
            ),
            if *is_online {
                cors_hint(origin)
            } else {
                String::from(OFFLINE)
            },
        ),
        Reason::BlockedByPage { host } | Reason::BackendBlockedByPage { host } => (
            format!("The page's Content-Security-Policy forbids requests to {host}"),
            format!("Add {host} to connect-src of the page's Content-Security-Policy."),
        ),
        Reason::Stalled { host, after_s } => (
            format!("No byte moved to or from {host} for {after_s} s"),
            String::from("The connection is too slow or broken: check the network and try again."),
        ),
        Reason::FileUnreadable { name } => (
            format!(
                "The file “{name}” cannot be read any more: it was moved, changed or deleted since it was chosen"
            ),
            String::from("The file was moved, changed or locked: choose it again."),
        ),
        Reason::ChecksumsDiffer { stored, file } => (
            format!(
                "OSS stored other bytes than the file's: its CRC-64 is {stored}, the file's is {file}"
            ),
            String::from(
                "Upload again. If it happens again, the file changed meanwhile, or something on the way alters data.",
            ),
        ),
    };
    Words {
        message: ended(&message, '.'),
        hint,
    }
}

pub(super) fn notice(notice: &Notice) -> String {
    match notice {
        Notice::FieldNotCovered { name } => format!(
            "The policy has no condition on `{name}`: whoever has these parameters may set it to anything."
        ),
        Notice::PolicyUnreadable => {
            String::from("The policy cannot be read here, so only OSS can judge the file.")
        }
        Notice::PolicyFlaw(flaw) => format!("OSS will refuse this policy: {}.", flaw_words(flaw)),
        Notice::ChecksumHidden => String::from(
            "Uploads are not verified: the bucket's CORS rule has to expose the header x-oss-hash-crc64ecma (best also \
             ETag and x-oss-request-id).",
        ),
        Notice::ChecksumUnreadable => String::from(
            "The upload is not verified: the file could not be read again to compute its checksum.",
        ),
        Notice::OutlivesPolicy => String::from(
            "At its present speed the upload takes longer than its policy lasts, and OSS may refuse it at the end: let \
             the backend sign policies that last longer.",
        ),
    }
}

pub(super) fn flaw_words(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Expiration { expiration } => format!(
            "its expiration {} is not of the form 2014-12-01T12:00:00.000Z",
            quoted(expiration)
        ),
        Flaw::NoConditions => String::from("it has no conditions"),
        Flaw::Operator { operator } => format!("there is no operator {}", quoted(operator)),
        Flaw::SizeRange => String::from(
            "the limits of its content-length-range are not two numbers of bytes, the smaller one first",
        ),
        Flaw::Condition => {
            String::from("one of its conditions is neither a mapping of texts nor a list of three")
        }
    }
}

/// A server's words behind a sentence of ours, if it has any.
fn with_words(sentence: &str, words: &str) -> String {
    if words.is_empty() {
        String::from(sentence)
    } else {
        format!("{sentence}: {words}")
    }
}

fn refused(refusal: &Refusal) -> String {
    with_words(
        &format!("OSS refused the upload with {}", refusal.code),
        &refusal.message,
    )
}

/// A backend's words, with its code where they do not hold it; without words the status.
fn backend_words(refusal: Option<&Refusal>, status: Option<u16>) -> String {
    match refusal {
        Some(Refusal { code, message, .. }) if message.is_empty() => code.clone(),
        Some(Refusal { code, message, .. })
            if code.is_empty() || message.contains(code.as_str()) =>
        {
            message.clone()
        }
        Some(Refusal { code, message, .. }) => format!("{message} ({code})"),
        None => status.map_or_else(String::new, |status| format!("HTTP {status}")),
    }
}

/// An answer with a status that brought nothing useful did not come from the API.
fn answer_hint(error: &Error) -> String {
    String::from(if error.status.is_some() {
        NOT_THE_API
    } else {
        SHAPES
    })
}

fn unreachable_hint(is_online: bool, origin: &str) -> String {
    if is_online {
        format!(
            "The backend could not be reached: check that it runs, its address, and, on another origin, its CORS headers \
             for {origin}."
        )
    } else {
        String::from(OFFLINE)
    }
}

fn backend_hint(refusal: Option<&Refusal>, status: Option<u16>) -> String {
    let code = refusal.map_or("", |refusal| &refusal.code);
    String::from(match BackendTrouble::of(code, status) {
        BackendTrouble::AccessKey => {
            "The backend's AccessKey does not exist or is disabled: give the backend a valid one."
        }
        BackendTrouble::Permission => {
            "Grant the backend's AccessKey the RAM action hbr:CreateTempFileUploadUrl or ens:PrepareUpload."
        }
        BackendTrouble::Disabled => DISABLED,
        BackendTrouble::NoSuchBucket => NO_SUCH_BUCKET,
        BackendTrouble::SignIn => {
            "The backend does not let this user upload: sign in again, or check the cookies and headers of the `params` \
             request."
        }
        BackendTrouble::NotTheApi => NOT_THE_API,
        BackendTrouble::Busy => {
            "The backend is overloaded or has failed: try again later, and look into its log."
        }
        BackendTrouble::Other => "The words are the backend's own: its log says more.",
    })
}

const DISABLED: &str = "The account or bucket is disabled, perhaps for overdue payment: see the Alibaba Cloud console.";
const NO_SUCH_BUCKET: &str =
    "Check the bucket's name and endpoint in the backend: the bucket must exist there.";

fn oss_hint(refusal: &Refusal, origin: &str) -> String {
    String::from(match Trouble::of(&refusal.code, &refusal.message) {
        Trouble::Permission => {
            "The AccessKey that signed needs oss:PutObject on this bucket; bucket policy and Referer list must allow the \
             upload, too."
        }
        Trouble::Condition => {
            "The message shows the condition that failed: set that form field accordingly, or change the policy in the \
             backend."
        }
        Trouble::Endpoint => {
            "The backend names the wrong endpoint for this bucket: its answer must have the bucket's own endpoint or \
             domain."
        }
        Trouble::Signature => {
            "The backend must sign the very Base64 text that it sends as the policy, with the secret of the AccessKey \
             that it names."
        }
        Trouble::Credentials => {
            "AccessKey id and security token must be of one pair and not expired: let the backend get fresh ones."
        }
        Trouble::Clock => "Set the backend's clock: it is more than 15 minutes off.",
        Trouble::NoSuchBucket => NO_SUCH_BUCKET,
        Trouble::OtherOwner => {
            "The bucket belongs to another account than the AccessKey that signed: use one of the bucket's owner, or a role that it trusts."
        }
        Trouble::Domain => {
            "This custom domain may not be used for the bucket: bind it in the OSS console (it may need an ICP filing), or let the backend give the bucket's own endpoint."
        }
        Trouble::Kms => {
            "The bucket encrypts with KMS: enable KMS for the account, or choose another encryption."
        }
        Trouble::FileSize => OTHER_FILE,
        Trouble::Cors => return cors_hint(origin),
        Trouble::Exists => "OSS may not replace the object of this key: use another key.",
        Trouble::Disabled => DISABLED,
        Trouble::PolicyDocument => {
            "The backend signs a policy that OSS cannot read: it needs `expiration` (UTC) and at least one condition."
        }
        Trouble::CutShort => "The form did not reach OSS whole: check the network and try again.",
        Trouble::Busy => "OSS is busy: try again later, with fewer uploads at once.",
        Trouble::Other => {
            return format!(
                "See {}.",
                refusal.recommend_doc.as_deref().unwrap_or(TROUBLESHOOTING)
            );
        }
    })
}

fn cors_hint(origin: &str) -> String {
    format!(
        "If no upload ever works, the bucket lacks the CORS rule: AllowedOrigin {origin}, {CORS_RULE}. If others work, the \
         connection was lost: try again."
    )
}

fn excess_words(excess: &Excess) -> String {
    match excess {
        Excess::Small { size, min } => {
            let (size, min) = size::pair(*size, *min, exact);
            format!("The file is {size}, and at least {min} are required")
        }
        Excess::Large { size, max } => {
            let (size, max) = size::pair(*size, *max, exact);
            format!("The file is {size}, and at most {max} are allowed")
        }
        Excess::Type {
            name,
            content_type,
            accept,
        } => {
            let found = if content_type.is_empty() {
                "of unknown type"
            } else {
                content_type
            };
            format!(
                "The file “{name}” is {found}; allowed are {}",
                accept.join(", ")
            )
        }
    }
}

fn subject_words(subject: &Subject) -> String {
    match subject {
        Subject::Bucket => String::from("the bucket"),
        Subject::Key => String::from("the object key"),
        Subject::ContentType => String::from("the content type"),
        Subject::Field(name) => format!("the form field `{name}`"),
    }
}

fn demand_words(demand: &Demand) -> String {
    match demand {
        Demand::Equal(value) => format!("to be {}", quoted(value)),
        Demand::StartWith(prefix) => format!("to start with {}", quoted(prefix)),
        Demand::OneOf(values) => format!("to be one of {}", list(values, ", ")),
        Demand::NoneOf(values) => format!("to be none of {}", list(values, ", ")),
    }
}

fn meaning(expected: Expected) -> &'static str {
    match expected {
        Expected::Host => {
            "where to upload, such as `https://my-bucket.oss-cn-hangzhou.aliyuncs.com`"
        }
        Expected::Endpoint => "the bucket's endpoint, such as `oss-cn-hangzhou.aliyuncs.com`",
        Expected::Bucket => "the bucket to upload to",
        Expected::Key => "the object key, or the prefix under which it is made",
        Expected::AccessKeyId => "the AccessKey id that signed",
        Expected::Policy => "the Base64 text that was signed",
        Expected::Signature => "its signature",
        Expected::Credential => "AccessKey id, day, region and service of the signature",
        Expected::SignatureDate => "the time of the signature, such as 20231203T121212Z",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::Bool => "a boolean",
        Kind::Number => "a number",
        Kind::String => "text",
        Kind::Array => "a list",
        Kind::Object => "an object",
    }
}

fn exact(bytes: u64) -> String {
    let unit = if bytes == 1 { "byte" } else { "bytes" };
    format!("{bytes} {unit}")
}

fn exact_or_rounded(bytes: u64) -> String {
    size::rounded(bytes).unwrap_or_else(|| exact(bytes))
}
