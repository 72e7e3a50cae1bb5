//! What `--check` says: what the settings come to, without a secret.

use std::fmt::Write as _;

use super::Settings;

impl Settings {
    /// One line for each thing that an operator may want to see before serving.
    #[must_use]
    pub fn summary(&self) -> String {
        let mut lines = String::new();
        let mut line = |name: &str, value: &str| {
            // Writing to a text cannot fail.
            let _ = writeln!(lines, "{name:<16} {value}");
        };
        let list = |items: &[String], none: &str| {
            if items.is_empty() {
                none.to_owned()
            } else {
                items.join(", ")
            }
        };
        line("listen", &self.listen.to_string());
        line("credentials", self.credentials.source_name());
        let known = if self.is_for_this_machine() {
            "localhost and the like"
        } else {
            "any"
        };
        line("hosts", &list(&self.hosts, known));
        line(
            "allowed_origins",
            &list(&self.allowed_origins, "the backend's own"),
        );
        let proxies: Vec<String> = self
            .trusted_proxies
            .iter()
            .map(ToString::to_string)
            .collect();
        line("trusted_proxies", &list(&proxies, "none"));
        line(
            "auth",
            self.auth
                .as_ref()
                .map_or("none: anyone may upload", |auth| &auth.url),
        );
        let limits = &self.limits;
        let types = list(&limits.types, "any");
        let (min, max, lifetime) = (limits.min_size, limits.max_size, limits.lifetime);
        line(
            "limits",
            &format!("{min} to {max} bytes, types: {types}, good for {lifetime} s"),
        );
        if let Some(temp) = &self.temp {
            let place = temp.endpoint.as_ref().or(temp.region.as_ref());
            line("temp", place.map_or("", |place| place));
        }
        let pins = |acl: super::Acl, forbid_overwrite: bool| {
            let acl = acl.value().unwrap_or("any");
            let overwrite = if forbid_overwrite {
                "forbidden"
            } else {
                "possible"
            };
            format!("acl {acl}, overwriting {overwrite}")
        };
        if let Some(ens) = &self.ens {
            let pins = pins(ens.acl, ens.forbid_overwrite);
            line("ens", &format!("{} under {}, {pins}", ens.bucket, ens.key));
        }
        if let Some(bucket) = &self.bucket {
            let pins = pins(bucket.acl, bucket.forbid_overwrite);
            let (name, region, dir) = (&bucket.name, &bucket.region, &bucket.dir);
            line("bucket", &format!("{name} in {region} under {dir}, {pins}"));
        }
        lines
    }
}
