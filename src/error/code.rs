//! What programs branch on: the kind of a failure, and the step in which it arose.

/// The step of an upload in which an error arose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Asking the backend for upload parameters, or reading them.
    Params,
    /// Checking the file against the signed policy, before anything is sent.
    Check,
    /// Posting the form to OSS, or reading its answer.
    Post,
    /// Comparing the checksum that OSS computed with our own.
    Verify,
}

impl Phase {
    /// Every phase, in the order of an upload.
    pub const ALL: [Self; 4] = [Self::Params, Self::Check, Self::Post, Self::Verify];

    /// The name that JavaScript sees as `UploadError.phase`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Params => "params",
            Self::Check => "check",
            Self::Post => "post",
            Self::Verify => "verify",
        }
    }
}

/// What kind of failure it was. Stable: programs branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// The backend's answer is not upload parameters: a field is missing or makes no sense.
    InvalidParams,
    /// The backend (or Alibaba Cloud behind it) answered, but refused to hand out parameters.
    ParamsRefused,
    /// The parameters point to a host that is not https or not in `allowedHosts`.
    ForbiddenHost,
    /// The signed policy is past its expiry, and fresh parameters did not help.
    PolicyExpired,
    /// The signed policy does not allow this file.
    PolicyViolation,
    /// OSS refused the upload; its own code is in [`Error::refusal`](super::Error::refusal).
    OssRefused,
    /// The object is stored, but OSS could not call the application server back. Do not upload again.
    CallbackFailed,
    /// The answer is not one that OSS gives: a proxy's page, an unknown status.
    InvalidResponse,
    /// No answer from the backend or from OSS ([`Error::phase`](super::Error::phase) tells which): offline, connection
    /// reset, DNS, or CORS. The browser does not say.
    Network,
    /// No byte moved for longer than the stall timeout.
    Stalled,
    /// OSS stored other bytes than the file's: the checksums differ.
    Integrity,
    /// The file cannot be read (any more): moved, changed or its permission withdrawn.
    FileUnreadable,
}

impl Code {
    /// Every code, in the order of the catalogue in the documentation.
    pub const ALL: [Self; 12] = [
        Self::InvalidParams,
        Self::ParamsRefused,
        Self::ForbiddenHost,
        Self::PolicyExpired,
        Self::PolicyViolation,
        Self::OssRefused,
        Self::CallbackFailed,
        Self::InvalidResponse,
        Self::Network,
        Self::Stalled,
        Self::Integrity,
        Self::FileUnreadable,
    ];

    /// The name that JavaScript sees as `UploadError.code`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidParams => "INVALID_PARAMS",
            Self::ParamsRefused => "PARAMS_REFUSED",
            Self::ForbiddenHost => "FORBIDDEN_HOST",
            Self::PolicyExpired => "POLICY_EXPIRED",
            Self::PolicyViolation => "POLICY_VIOLATION",
            Self::OssRefused => "OSS_REFUSED",
            Self::CallbackFailed => "CALLBACK_FAILED",
            Self::InvalidResponse => "INVALID_RESPONSE",
            Self::Network => "NETWORK",
            Self::Stalled => "STALLED",
            Self::Integrity => "INTEGRITY",
            Self::FileUnreadable => "FILE_UNREADABLE",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The members of a union of strings in the hand-written TypeScript surface.
    fn union(name: &str) -> Vec<&'static str> {
        let surface = include_str!("../js/index.d.ts");
        let (_, after) = surface
            .split_once(&format!("export type {name} ="))
            .unwrap();
        let (union, _) = after.split_once("\n\n").unwrap();
        union.split('\'').skip(1).step_by(2).collect()
    }

    #[test]
    fn typescript_knows_every_code_and_phase() {
        assert_eq!(union("UploadErrorCode"), Code::ALL.map(Code::as_str));
        assert_eq!(union("UploadPhase"), Phase::ALL.map(Phase::as_str));
    }

    #[test]
    fn the_catalogue_has_every_code() {
        let (_, after) = include_str!("../../README.md")
            .split_once("<!-- error-catalogue -->")
            .unwrap();
        let (table, _) = after.trim_start().split_once("\n\n").unwrap();
        let codes: Vec<_> = table
            .lines()
            .skip(2)
            .map(|row| row.split('`').nth(1).unwrap())
            .collect();
        assert_eq!(codes, Code::ALL.map(Code::as_str));
    }

    #[test]
    fn every_code_has_a_section_of_its_own() {
        let sections = include_str!("../../docs/errors.md")
            .lines()
            .filter_map(|line| line.strip_prefix("## "));
        assert!(sections.eq(Code::ALL.map(Code::as_str)));
    }
}
