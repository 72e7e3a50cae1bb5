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

/// Seconds: from a signature made here to the last retry of a cloud call.
const BUCKETS: [f64; 9] = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 5.0, 10.0];

/// What is counted of one route.
#[derive(Debug)]
pub(crate) struct RouteMetrics {
    route: &'static str,
    answers: Family<Answered, Counter>,
    /// Of status 200: looked up once, not for each answer.
    good: Counter,
    seconds: Histogram,
}

impl RouteMetrics {
    pub(crate) fn answered(&self, status: u16, time: Duration) {
        let Self { route, .. } = *self;
        match status {
            200 => self.good.inc(),
            _ => self
                .answers
                .get_or_create(&Answered { route, status })
                .inc(),
        };
        self.seconds.observe(time.as_secs_f64());
    }
}

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

    /// `route` is the route's path, never a client's.
    pub(crate) fn of_route(&self, route: &'static str) -> RouteMetrics {
        let good = Answered { route, status: 200 };
        RouteMetrics {
            route,
            answers: self.answers.clone(),
            good: self.answers.get_or_create_owned(&good),
            seconds: self.seconds.get_or_create_owned(&Route { route }),
        }
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
