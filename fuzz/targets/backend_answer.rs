//! Whatever a backend answers: no address outside of the rules is accepted.
#![no_main]

use libfuzzer_sys::fuzz_target;
use oss_direct_upload::json::Json;
use oss_direct_upload::params::{ParamsRules, UploadParams};
use oss_direct_upload_fuzz::in_time;
use url::{Host, Url};

fuzz_target!(|text: &str| {
    let Some(answer) = Json::parse(text) else {
        return;
    };
    let any = ParamsRules {
        anonymous: true,
        ..ParamsRules::default()
    };
    if let Ok(params) = in_time(|| UploadParams::read(&answer, &any, Json::parse)) {
        check(&params);
    }
    let some = ParamsRules {
        allowed_hosts: Some(vec![
            String::from("*.aliyuncs.com"),
            String::from("a.example"),
        ]),
        ..any
    };
    if let Ok(params) = UploadParams::read(&answer, &some, Json::parse) {
        let url = check(&params);
        let host = url.host_str().unwrap_or_default();
        assert!(
            host.ends_with(".aliyuncs.com") || host == "a.example",
            "{url}"
        );
    }
});

/// The address as a browser reads it.
fn check(params: &UploadParams) -> Url {
    let text = params.url();
    let url = Url::parse(text).expect("an address");
    assert_eq!(url.as_str(), text, "a browser reads the same");
    let is_loopback = match url.host().expect("a host") {
        Host::Domain(host) => host == "localhost" || host.ends_with(".localhost"),
        Host::Ipv4(ip) => ip.is_loopback(),
        Host::Ipv6(ip) => ip.is_loopback(),
    };
    assert!(
        url.scheme() == "https" || url.scheme() == "http" && is_loopback,
        "{text}"
    );
    assert!(
        url.username().is_empty() && url.password().is_none(),
        "{text}"
    );
    assert!(url.query().is_none() && url.fragment().is_none(), "{text}");
    let components = url
        .path_segments()
        .map_or(0, |path| path.filter(|name| !name.is_empty()).count());
    assert!(components <= 1, "{text}");
    url
}
