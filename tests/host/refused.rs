//! What the backend or OSS refuses, and what is refused before it is sent.

use oss_direct_upload::error::{Code, Error, Phase};
use oss_direct_upload::file::FileFacts;
use oss_direct_upload::form::{Extras, PostForm};
use oss_direct_upload::json::Json;
use oss_direct_upload::oss::Secrets;
use oss_direct_upload::params::{self, ParamsRules, UploadParams};
use oss_direct_upload::response;

use crate::support::{Cloud, ROUTES, file, post, unique};

/// How the shell reads what a backend answers.
async fn ask(cloud: &Cloud, route: &str, fault: &str) -> Result<UploadParams, Error> {
    let (status, content_type, body) = cloud
        .ask(
            route,
            &file("a.bin", "", b"x"),
            &["&fault=", fault].concat(),
        )
        .await;
    match Json::parse(&body).ok_or(()) {
        Ok(answer) if status == 200 => {
            UploadParams::read(&answer, &ParamsRules::default(), Json::parse)
        }
        answer => Err(params::refused_by_backend(
            status,
            &content_type,
            answer.ok().as_ref(),
        )),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn by_the_backend() {
    let cloud = Cloud::start().await;
    for (fault, code, retryable) in [
        ("success-false", Code::ParamsRefused, true),
        ("html", Code::InvalidParams, false),
        ("401", Code::ParamsRefused, false),
        ("403", Code::ParamsRefused, false),
        ("429", Code::ParamsRefused, true),
        ("500", Code::ParamsRefused, true),
        ("503", Code::ParamsRefused, true),
        ("unknown-action", Code::ParamsRefused, false),
        ("missing@Signature", Code::InvalidParams, false),
        ("foreign-host", Code::ForbiddenHost, false),
    ] {
        let result = ask(&cloud, ROUTES[0], fault).await;
        if fault == "foreign-host" {
            // Foreign, but https: only `allowedHosts` can tell.
            let params = result.unwrap();
            assert!(params.url().starts_with("https://"), "{params:?}");
            continue;
        }
        let error = result.unwrap_err();
        assert_eq!(
            (error.code(), error.phase(), error.retryable),
            (code, Phase::Params, retryable),
            "{fault}: {error}"
        );
    }
}

async fn outcome(
    cloud: &Cloud,
    route: &str,
    fault: &str,
    facts: &FileFacts,
    content: &[u8],
) -> (Result<(), Error>, Error) {
    let params = cloud
        .params(route, facts, &["&fault=", fault].concat())
        .await;
    let form = PostForm::new(&params, facts, &Extras::default(), unique(fault)).unwrap();
    let checked = params.policy().map_or(Ok(()), |policy| {
        policy.check(form.checked(facts, params.bucket()))
    });
    let answer = post(&params, &form, content).await;
    assert_eq!(cloud.stored(form.key()).await.len(), 0);
    (
        checked,
        response::read(&answer, form.has_callback(), &Secrets::default()).unwrap_err(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn by_oss() {
    let cloud = Cloud::start().await;
    let content = vec![0; 2048];
    let facts = file("a.bin", "text/plain", &content);
    for route in ROUTES {
        for (fault, code, oss, violated) in [
            ("expired", Code::PolicyExpired, "AccessDenied", false),
            (
                "foreign-signature",
                Code::OssRefused,
                "SignatureDoesNotMatch",
                false,
            ),
            ("max-size@1024", Code::OssRefused, "EntityTooLarge", true),
            (
                "content-type@image/png",
                Code::OssRefused,
                "AccessDenied",
                true,
            ),
        ] {
            let (checked, error) = outcome(&cloud, route, fault, &facts, &content).await;
            assert_eq!(checked.is_err(), violated, "{route} {fault} {checked:?}");
            assert_eq!(error.code(), code, "{route} {fault}: {error}");
            assert!(error.request_id.is_some());
            assert_eq!(error.refusal().unwrap().code, oss, "{route} {fault}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_over_the_limit_is_refused_in_words() {
    let cloud = Cloud::start().await;
    let facts = FileFacts {
        size: 12 << 20,
        ..file("a.bin", "", b"")
    };
    let params = cloud
        .params(ROUTES[0], &facts, "&fault=max-size@10485760")
        .await;
    let form = PostForm::new(&params, &facts, &Extras::default(), unique("")).unwrap();
    let error = params
        .policy()
        .unwrap()
        .check(form.checked(&facts, params.bucket()))
        .unwrap_err();
    assert_eq!(
        (error.code(), error.phase()),
        (Code::PolicyViolation, Phase::Check)
    );
    assert_eq!(
        error.to_string(),
        "The file is 12 MB, the policy allows at most 10 MB."
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn another_bucket_is_noticed() {
    let cloud = Cloud::start().await;
    let facts = file("a.bin", "", b"x");
    let params = cloud.params(ROUTES[0], &facts, "&fault=wrong-bucket").await;
    let form = PostForm::new(&params, &facts, &Extras::default(), unique("")).unwrap();
    let checked = params
        .policy()
        .unwrap()
        .check(form.checked(&facts, params.bucket()));
    assert!(checked.unwrap_err().to_string().contains("bucket"));
    let answer = post(&params, &form, b"x").await;
    assert!(response::read(&answer, false, &Secrets::default()).is_err());
}

/// Faults of OSS itself, asked for in the file name.
#[tokio::test(flavor = "multi_thread")]
async fn by_a_failing_oss() {
    let cloud = Cloud::start().await;
    for (fault, code, retryable, stored) in [
        ("http500", Code::OssRefused, true, false),
        ("http503", Code::OssRefused, true, false),
        ("throttle", Code::OssRefused, true, false),
        ("html", Code::InvalidResponse, true, false),
        ("huge-body", Code::OssRefused, false, false),
        ("truncated-xml", Code::OssRefused, true, false),
        ("callback-failed", Code::CallbackFailed, false, true),
        ("expired", Code::PolicyExpired, true, false),
        ("request-timeout", Code::OssRefused, true, false),
    ] {
        let facts = file(&format!("fault={fault}.bin"), "", b"x");
        let params = cloud.params(ROUTES[0], &facts, "").await;
        let form = PostForm::new(&params, &facts, &Extras::default(), unique(fault)).unwrap();
        let answer = post(&params, &form, b"x").await;
        let error = response::read(&answer, form.has_callback(), &Secrets::default()).unwrap_err();
        assert_eq!(
            (error.code(), error.retryable),
            (code, retryable),
            "{fault}: {error} {}",
            answer.body.chars().take(300).collect::<String>()
        );
        assert_eq!(
            cloud.stored(form.key()).await.len(),
            usize::from(stored),
            "{fault}"
        );
    }
}
