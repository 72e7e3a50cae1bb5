//! What makes two states one: everything that decides what may happen next, and how often an upload has posted and asked.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use super::answers::HOUR_MS;
use super::world::{Uploads, Work};
use crate::error::Error;
use crate::form::PostForm;
use crate::params::UploadParams;
use crate::upload::Upload;
use crate::upload::machine::Offline;
use crate::upload::queue::Id;
use crate::upload::shared_params::{AskReason, Issued, SharedParams, Want};

impl Hash for Uploads {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let budgets = (self.pauses, self.aborts, self.halts, self.hours);
        (budgets, self.is_kind_known, self.is_halted).hash(hasher);
        // The alternate form, for in the other the entries of a slab are missing.
        format!("{:#?}", self.queue).hash(hasher);
        let ids = self.all.iter().map(|one| one.id);
        hash_shared(&self.shared, ids, self.now_ms, hasher);
        for one in &self.all {
            match &one.work {
                Work::Over => continue,
                Work::WaitForAnother(_, Some(told)) => told.is_ok().hash(hasher),
                work => std::mem::discriminant(work).hash(hasher),
            }
            hash_machine(&one.machine, self.cached.as_ref(), self.now_ms, hasher);
            (
                &one.commands,
                one.sum,
                one.asks,
                one.rests,
                one.is_told_to_rest,
                one.came,
            )
                .hash(hasher);
        }
    }
}

/// Everything that decides what a machine does next, and how often it has posted.
fn hash_machine(
    machine: &Upload,
    cached: Option<&Rc<UploadParams>>,
    now_ms: i64,
    hasher: &mut impl Hasher,
) {
    let Upload {
        file: _,
        settings,
        stage,
        issued,
        form,
        uploaded,
        unproven,
        checksum,
        posts,
        failed_posts,
        failed_asks,
        offline,
        stale_params,
        maybe_stored,
        malformed_once,
        last_failure: _,
        notices: _,
        notices_taken: _,
    } = machine;
    stage.hash(hasher);
    form.as_ref().map(PostForm::key).hash(hasher);
    if let Some(issued) = issued {
        let is_cached = cached.is_some_and(|cached| Rc::ptr_eq(cached, &issued.params));
        (issued.fresh, is_cached, hours_left(issued, now_ms)).hash(hasher);
    }
    if let Some(uploaded) = uploaded {
        (uploaded.status, uploaded.crc64).hash(hasher);
    }
    unproven.as_ref().map(Error::code).hash(hasher);
    (checksum, posts, failed_posts, failed_asks, stale_params).hash(hasher);
    (maybe_stored, malformed_once).hash(hasher);
    if let Some(offline) = offline {
        // How often it was tried decides the length of the next wait alone.
        let Offline {
            since_ms,
            tries: _,
            posting,
        } = offline;
        let timeout_ms = i64::from(settings.offline_timeout_ms);
        ((now_ms - since_ms).min(timeout_ms), posting).hash(hasher);
    }
}

/// No wait is long against an hour, so parts of one make no difference.
fn hours_left(issued: &Issued, now_ms: i64) -> i64 {
    let left_ms = issued.params.expires_at_ms().unwrap() - now_ms;
    (left_ms.max(0) + HOUR_MS - 1) / HOUR_MS
}

/// What the shared parameters answer to each: so it shows who asks, who waits, and what is there.
fn hash_shared(
    shared: &SharedParams,
    ids: impl Iterator<Item = Id>,
    now_ms: i64,
    hasher: &mut impl Hasher,
) {
    for id in ids {
        format!("{:?}", shared.clone().leave(id)).hash(hasher);
        let mut wanted = shared.clone().want(id, AskReason::First, None, now_ms);
        if let Want::Ready(issued) = &wanted {
            issued
                .params
                .expires_at_ms()
                .map(|at_ms| at_ms - now_ms > 0)
                .hash(hasher);
            let held = Some(&issued.params);
            wanted = shared.clone().want(id, AskReason::Refused, held, now_ms);
        }
        std::mem::discriminant(&wanted).hash(hasher);
    }
}
