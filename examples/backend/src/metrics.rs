//! What Prometheus reads at `/metrics`.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Answered {
    route: &'static str,
    status: u16,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Route {
    route: &'static str,
}

#[derive(Clone, Debug, EncodeLabelSet, Eq, Hash, PartialEq)]
struct Call {
    action: &'static str,
    outcome: &'static str,
}

/// What is counted: other routes cost nothing, and are asked by machines.
const ROUTES: [&str; 4] = [
    "/api/upload-params",
    "/api/ens/upload-params",
    "/api/policy/v1",
    "/api/policy/v4",
];

/// Seconds: from a signature made here to the last retry of a cloud call.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0];

#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    answers: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, fn() -> Histogram>,
    calls: Family<Call, Counter>,
    renewals: Family<Call, Counter>,
    /// Unix time at which the credentials end; 0 for those that do not.
    pub(crate) credentials_end: Gauge,
    pub(crate) connections: Gauge,
    pub(crate) evicted: Counter,
    pub(crate) turned_away: Counter,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut registry = Registry::with_prefix("upload_backend");
        let seconds: fn() -> Histogram = || Histogram::new(BUCKETS);
        let metrics = Self {
            answers: Family::default(),
            seconds: Family::new_with_constructor(seconds),
            calls: Family::default(),
            renewals: Family::default(),
            credentials_end: Gauge::default(),
            connections: Gauge::default(),
            evicted: Counter::default(),
            turned_away: Counter::default(),
            registry: Registry::default(),
        };
        registry.register(
            "answers",
            "Answers, by route and status",
            metrics.answers.clone(),
        );
        registry.register(
            "answer_seconds",
            "Time until an answer",
            metrics.seconds.clone(),
        );
        registry.register(
            "cloud_calls",
            "Calls of Alibaba Cloud, each attempt",
            metrics.calls.clone(),
        );
        registry.register(
            "credential_renewals",
            "Renewals of credentials",
            metrics.renewals.clone(),
        );
        registry.register(
            "credentials_end_seconds",
            "Unix time at which the credentials end, 0 for never",
            metrics.credentials_end.clone(),
        );
        registry.register(
            "connections",
            "Open connections",
            metrics.connections.clone(),
        );
        registry.register(
            "connections_evicted",
            "Connections closed to make room for another",
            metrics.evicted.clone(),
        );
        registry.register(
            "connections_turned_away",
            "Connections closed because every place was answering",
            metrics.turned_away.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }

    /// `path` is a route's, never a client's.
    pub(crate) fn answered(&self, path: &str, status: u16, time: Duration) {
        let known = ROUTES.into_iter().find(|route| *route == path);
        let route = known.unwrap_or_default();
        self.answers
            .get_or_create(&Answered { route, status })
            .inc();
        self.seconds
            .get_or_create(&Route { route })
            .observe(time.as_secs_f64());
    }

    pub(crate) fn called(&self, action: &'static str, outcome: &'static str) {
        self.calls.get_or_create(&Call { action, outcome }).inc();
    }

    pub(crate) fn renewed(&self, source: &'static str, outcome: &'static str) {
        let action = source;
        self.renewals.get_or_create(&Call { action, outcome }).inc();
    }

    /// The text format of Prometheus.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a text cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
