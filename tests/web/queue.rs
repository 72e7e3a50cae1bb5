//! Many uploads in one queue.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use oss_direct_upload::browser::{Ending, Report, UploadHandle, UploadOptions, Uploader};
use oss_direct_upload::upload::State;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::world::{ROUTE, expect_outcomes, file, options, sleep, unique, wait_until};

/// A queue that keeps what each upload reports, in the order of adding.
struct Observed {
    uploader: Uploader,
    reports: Rc<RefCell<Vec<Vec<Report>>>>,
    running: Rc<Cell<usize>>,
    most: Rc<Cell<usize>>,
}

impl Observed {
    fn new(concurrency: usize) -> Self {
        Self {
            uploader: Uploader::new(concurrency),
            reports: Rc::default(),
            running: Rc::default(),
            most: Rc::default(),
        }
    }

    fn add(&self, name: &str, size: u32, priority: i32, options: UploadOptions) -> UploadHandle {
        let index = self.reports.borrow().len();
        self.reports.borrow_mut().push(Vec::new());
        let (reports, running, most) = (
            Rc::clone(&self.reports),
            Rc::clone(&self.running),
            Rc::clone(&self.most),
        );
        self.uploader.add(
            file(name, size, ""),
            options,
            priority,
            true,
            move |report| {
                match &report {
                    Report::State(State::Preparing) => {
                        running.set(running.get() + 1);
                        most.set(most.get().max(running.get()));
                    }
                    Report::Ended(Ending::Done { .. }) => running.set(running.get() - 1),
                    _ => {}
                }
                reports.borrow_mut()[index].push(report);
            },
        )
    }

    fn ended(&self) -> usize {
        let reports = self.reports.borrow();
        let ends = |reports: &Vec<Report>| {
            reports
                .iter()
                .filter(|report| matches!(report, Report::Ended(_)))
                .count()
        };
        reports.iter().map(ends).sum()
    }

    async fn wait_until_ended(&self, count: usize) {
        wait_until(|| self.ended() >= count).await;
        assert_eq!(self.ended(), count);
    }

    fn states(&self, index: usize) -> Vec<State> {
        let state = |report: &Report| match report {
            Report::State(state) => Some(*state),
            _ => None,
        };
        self.reports.borrow()[index]
            .iter()
            .filter_map(state)
            .collect()
    }
}

#[wasm_bindgen_test]
async fn no_more_run_at_once_than_allowed_and_each_ends_once() {
    let queue = Observed::new(3);
    let id = unique();
    for index in 0..20 {
        queue.add(&format!("{id}-{index}"), 1000, 0, options(ROUTE));
    }
    queue.wait_until_ended(20).await;
    assert_eq!(queue.most.get(), 3);
    sleep(100).await;
    assert_eq!(queue.ended(), 20);
    for reports in queue.reports.borrow().iter() {
        assert!(matches!(
            reports.last(),
            Some(Report::Ended(Ending::Done { .. }))
        ));
    }
    expect_outcomes(&id, &["stored"; 20]).await;
}

#[wasm_bindgen_test]
async fn pausing_one_under_way_ends_its_post_and_resuming_begins_anew() {
    let queue = Observed::new(1);
    let id = unique();
    let mut watched = options(ROUTE);
    watched.watched = true;
    let handle = queue.add(
        &format!("fault=slow@8000000.{id}.bin"),
        32_000_000,
        0,
        watched,
    );
    wait_until(|| {
        let reports = &queue.reports.borrow()[0];
        reports
            .iter()
            .any(|report| matches!(report, Report::Progress(_)))
    })
    .await;
    handle.pause();
    sleep(0).await;
    assert_eq!(queue.states(0).last(), Some(&State::Paused));
    expect_outcomes(&id, &["cut"]).await;
    // Another one gets the turn meanwhile.
    queue.add("b", 1, 0, options(ROUTE));
    queue.wait_until_ended(1).await;
    handle.resume();
    queue.wait_until_ended(2).await;
    let reports = queue.reports.borrow();
    let Some(Report::Ended(Ending::Done { outcome, .. })) = reports[0].last() else {
        panic!("{:?}", reports[0].last());
    };
    assert_eq!((outcome.posts, outcome.verified), (2, true));
}

#[wasm_bindgen_test]
async fn pausing_one_that_waits_lets_it_keep_its_place() {
    let queue = Observed::new(1);
    queue.uploader.set_halted(true);
    let first = queue.add("a", 1, 0, options(ROUTE));
    queue.add("b", 1, 0, options(ROUTE));
    sleep(20).await;
    first.pause();
    first.pause();
    first.resume();
    queue.uploader.set_halted(false);
    queue.wait_until_ended(2).await;
    assert_eq!(queue.states(0)[..2], [State::Paused, State::Queued]);
    assert!(queue.states(0).ends_with(&[State::Done]));
}

#[wasm_bindgen_test]
async fn commands_are_obeyed_in_their_order() {
    let queue = Observed::new(1);
    let id = unique();
    let handle = queue.add(&id, 1000, 0, options(ROUTE));
    handle.pause();
    handle.resume();
    handle.pause();
    handle.resume();
    queue.wait_until_ended(1).await;
    let expected = [
        State::Paused,
        State::Queued,
        State::Paused,
        State::Queued,
        State::Preparing,
        State::Uploading,
    ];
    assert_eq!(queue.states(0)[..6], expected);
    expect_outcomes(&id, &["stored"]).await;
}

#[wasm_bindgen_test]
async fn whoever_waits_for_parameters_gets_its_turn_when_the_one_that_asks_is_paused() {
    let queue = Observed::new(2);
    let slow = "/api/policy/v4?fault=slow@400";
    let first = queue.add("a", 1, 0, options(slow));
    queue.add("b", 1, 0, options(ROUTE));
    sleep(50).await;
    first.pause();
    queue.wait_until_ended(1).await;
    assert_eq!(queue.states(1).last(), Some(&State::Done));
    first.resume();
    queue.wait_until_ended(2).await;
}

#[wasm_bindgen_test]
async fn to_watch_an_attempt_under_way_does_not_make_it_stall() {
    let queue = Observed::new(1);
    let mut unwatched = options(ROUTE);
    unwatched.stall_timeout_ms = 1000;
    let handle = queue.add("fault=slow@2000000.bin", 6_000_000, 0, unwatched);
    sleep(50).await;
    handle.watch();
    queue.wait_until_ended(1).await;
    assert_eq!(queue.states(0).last(), Some(&State::Done));
}

#[wasm_bindgen_test]
async fn a_higher_priority_goes_first() {
    let queue = Observed::new(1);
    let order: Rc<RefCell<Vec<&str>>> = Rc::default();
    for (name, priority) in [("low", -1), ("normal", 0), ("high", 5)] {
        let order = Rc::clone(&order);
        queue.uploader.add(
            file(name, 1, ""),
            options(ROUTE),
            priority,
            true,
            move |report| {
                if matches!(report, Report::Ended(_)) {
                    order.borrow_mut().push(name);
                }
            },
        );
    }
    wait_until(|| order.borrow().len() == 3).await;
    assert_eq!(*order.borrow(), ["high", "normal", "low"]);
}

#[wasm_bindgen_test]
async fn reports_may_steer_the_queue_they_come_from() {
    let uploader = Uploader::new(2);
    let ended: Rc<Cell<u32>> = Rc::default();
    let again = uploader.clone();
    let handles: Rc<RefCell<Vec<UploadHandle>>> = Rc::default();
    let steered = Cell::new(false);
    let (own, count) = (Rc::clone(&handles), Rc::clone(&ended));
    let handle = uploader.add(file("a", 1, ""), options(ROUTE), 0, true, move |report| {
        let count = Rc::clone(&count);
        match report {
            // Added, paused, resumed and aborted from inside.
            Report::State(State::Preparing) if !steered.replace(true) => {
                own.borrow()[0].pause();
                own.borrow()[0].resume();
                let added = again.add(file("b", 1, ""), options(ROUTE), 0, true, move |report| {
                    if matches!(report, Report::Ended(Ending::Aborted(_))) {
                        count.set(count.get() + 1);
                    }
                });
                added.abort(JsValue::NULL);
            }
            Report::Ended(_) => count.set(count.get() + 10),
            _ => {}
        }
    });
    handles.borrow_mut().push(handle);
    // The first ended once, and what it added was aborted, each time.
    wait_until(|| ended.get() > 10).await;
    sleep(100).await;
    assert_eq!(ended.get() / 10, 1, "{}", ended.get());
}
