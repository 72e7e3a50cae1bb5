//! Settings and their environment variables.

/// Variables that Alibaba's own tools read, too.
const OF_CLOUD: [(&str, &str); 12] = [
    ("ALIBABA_CLOUD_ACCESS_KEY_ID", "credentials.access_key_id"),
    (
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "credentials.access_key_secret",
    ),
    ("ALIBABA_CLOUD_SECURITY_TOKEN", "credentials.security_token"),
    ("ALIBABA_CLOUD_ROLE_ARN", "credentials.role_arn"),
    (
        "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
        "credentials.oidc_provider_arn",
    ),
    (
        "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
        "credentials.oidc_token_file",
    ),
    (
        "ALIBABA_CLOUD_ROLE_SESSION_NAME",
        "credentials.role_session_name",
    ),
    ("ALIBABA_CLOUD_STS_ENDPOINT", "credentials.sts_endpoint"),
    ("ALIBABA_CLOUD_CREDENTIALS_FILE", "credentials.file"),
    ("ALIBABA_CLOUD_PROFILE", "credentials.profile"),
    ("ALIBABA_CLOUD_ECS_METADATA", "credentials.ecs_role"),
    (
        "ALIBABA_CLOUD_ECS_METADATA_SERVICE_ENDPOINT",
        "credentials.ecs_metadata",
    ),
];

/// The setting that a variable is for.
pub(super) fn setting(variable: &str) -> Option<String> {
    let of_cloud = OF_CLOUD.iter().find(|(name, _)| *name == variable);
    if let Some((_, setting)) = of_cloud {
        return Some((*setting).to_owned());
    }
    let own = variable.strip_prefix("UPLOAD_")?;
    Some(own.to_lowercase().replace("__", "."))
}

/// The variable of a setting.
pub(super) fn variable(setting: &str) -> String {
    let of_cloud = OF_CLOUD.iter().find(|(_, name)| *name == setting);
    of_cloud.map_or_else(
        || format!("UPLOAD_{}", setting.replace('.', "__").to_uppercase()),
        |(variable, _)| (*variable).to_owned(),
    )
}
