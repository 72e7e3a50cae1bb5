//! Uploads of one queue that share their parameters, put together as the shell does it (`src/browser`), and all that
//! may happen to them.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use crate::error::Error;
use crate::file::FileFacts;
use crate::params::UploadParams;
use crate::upload::queue::{Id, Queue};
use crate::upload::retry::RetryPolicy;
use crate::upload::shared_params::{AskReason, SharedParams, Want};
use crate::upload::{Event, Settings, State, Step, Surroundings, Upload};

use super::answers::{Backend, CRC64, HOUR_MS, Oss, Prepared, START_MS};
use super::search::World;

/// What is explored, and within which bounds.
#[derive(Debug)]
pub(super) struct Bounds {
    /// Bytes of each file: there are as many uploads.
    pub(super) sizes: &'static [u64],
    pub(super) concurrency: usize,
    pub(super) retry: RetryPolicy,
    pub(super) offline_timeout_ms: u32,
    pub(super) verify: bool,
    /// What the backend may answer, and OSS.
    pub(super) backend: &'static [Backend],
    pub(super) oss: &'static [Oss],
    /// How often altogether the caller may pause an upload, abort one, and halt the queue.
    pub(super) pauses: u8,
    pub(super) aborts: u8,
    pub(super) halts: u8,
    /// How often so much time may pass that parameters expire.
    pub(super) hours: u8,
    /// How often one upload may post, and ask the backend.
    pub(super) most_posts: u32,
    pub(super) most_asks: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Action {
    /// The upload takes the next of its commands.
    Obey(usize),
    /// It learns that the one has answered for which it waited.
    Wake(usize),
    Answer(usize, Backend),
    Post(usize, Oss),
    WaitOver(usize),
    Checksum(usize),
    Unreadable(usize),
    /// What the caller does.
    Pause(usize),
    Resume(usize),
    Abort(usize),
    Halt,
    GoOn,
    /// Parameters of now expire.
    HourPasses,
}

#[derive(Clone, Copy, Debug, Hash)]
pub(super) enum Command {
    Turn,
    Pause,
    Resume,
    Abort,
}

/// What the shell does for an upload.
#[derive(Clone, Debug)]
pub(super) enum Work {
    Nothing,
    Ask,
    /// Another one asks. What it is told when that one has its answer.
    WaitForAnother(AskReason, Option<Result<(), (Error, bool)>>),
    Post,
    AwaitChecksum,
    Wait(u64),
    Over,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Sum {
    Unread,
    Reading,
    Read,
}

#[derive(Clone)]
pub(super) struct One {
    pub(super) id: Id,
    pub(super) machine: Rc<Upload>,
    pub(super) work: Work,
    pub(super) commands: VecDeque<Command>,
    pub(super) sum: Sum,
    pub(super) asks: u32,
    /// The caller lets it rest: so the queue was told, or so the caller said last.
    pub(super) rests: bool,
    pub(super) is_told_to_rest: bool,
    /// What its last post came to.
    pub(super) came: Option<Oss>,
}

#[derive(Clone)]
pub(super) struct Uploads {
    pub(super) bounds: &'static Bounds,
    pub(super) prepared: Rc<Prepared>,
    pub(super) now_ms: i64,
    pub(super) queue: Queue<()>,
    pub(super) is_halted: bool,
    pub(super) shared: SharedParams,
    /// The parameters that are shared, if the backend has given such.
    pub(super) cached: Option<Rc<UploadParams>>,
    pub(super) is_kind_known: bool,
    pub(super) all: Vec<One>,
    pub(super) pauses: u8,
    pub(super) aborts: u8,
    pub(super) halts: u8,
    pub(super) hours: u8,
}

impl Uploads {
    pub(super) fn new(bounds: &'static Bounds) -> Self {
        let mut queue = Queue::new(bounds.concurrency);
        let all = bounds.sizes.iter().map(|&size| {
            let file = FileFacts {
                name: format!("{size}"),
                size,
                content_type: String::new(),
            };
            let machine = Upload::new(
                file,
                Settings {
                    retry: bounds.retry,
                    verify: bounds.verify,
                    offline_timeout_ms: bounds.offline_timeout_ms,
                    ..Settings::default()
                },
            );
            One {
                id: queue.add(0, ()),
                machine: Rc::new(machine),
                work: Work::Nothing,
                commands: VecDeque::new(),
                sum: Sum::Unread,
                asks: 0,
                rests: false,
                is_told_to_rest: false,
                came: None,
            }
        });
        let all = all.collect();
        let mut world = Self {
            bounds,
            prepared: Rc::new(Prepared::new(bounds)),
            now_ms: START_MS,
            queue,
            is_halted: false,
            shared: SharedParams::default(),
            cached: None,
            is_kind_known: false,
            all,
            pauses: bounds.pauses,
            aborts: bounds.aborts,
            halts: bounds.halts,
            hours: bounds.hours,
        };
        world.start_next();
        world
    }

    /// The most that one upload has posted, and asked.
    pub(super) fn most(&self) -> (u32, u32) {
        let posts = self.all.iter().map(|one| one.machine.posts()).max();
        let asks = self.all.iter().map(|one| one.asks).max();
        (posts.unwrap_or_default(), asks.unwrap_or_default())
    }

    fn start_next(&mut self) {
        while let Some(id) = self.queue.take_next() {
            if let Some(one) = self.all.iter_mut().find(|one| one.id == id) {
                one.commands.push_back(Command::Turn);
            }
        }
    }

    fn happen(&mut self, action: Action) -> Result<(), String> {
        match action {
            Action::Obey(at) => self.obey(at),
            Action::Wake(at) => match self.all[at].work.clone() {
                Work::WaitForAnother(why, Some(Ok(()))) => self.want(at, why),
                Work::WaitForAnother(_, Some(Err((error, online)))) => {
                    self.decide(at, Event::ParamsFailed { error, online })
                }
                work => Err(format!("{work:?} is not woken")),
            },
            Action::Answer(at, backend) => self.answer(at, backend),
            Action::Post(at, oss) => {
                self.all[at].came = Some(oss);
                let event = self.prepared.answer(oss);
                self.decide(at, event)
            }
            Action::WaitOver(at) => {
                if let Work::Wait(ms) = self.all[at].work {
                    self.now_ms += i64::try_from(ms).unwrap();
                }
                self.decide(at, Event::WaitOver)
            }
            Action::Checksum(at) => {
                self.all[at].sum = Sum::Read;
                self.decide(at, Event::Checksum(CRC64))
            }
            Action::Unreadable(at) => {
                self.all[at].sum = Sum::Unread;
                self.decide(at, Event::FileUnreadable)
            }
            Action::Pause(at) => {
                self.pauses -= 1;
                self.all[at].is_told_to_rest = true;
                self.all[at].commands.push_back(Command::Pause);
                Ok(())
            }
            Action::Resume(at) => {
                self.all[at].is_told_to_rest = false;
                self.all[at].commands.push_back(Command::Resume);
                Ok(())
            }
            Action::Abort(at) => {
                self.aborts -= 1;
                self.all[at].commands.push_back(Command::Abort);
                Ok(())
            }
            Action::Halt => {
                self.halts -= 1;
                self.halt(true);
                Ok(())
            }
            Action::GoOn => {
                self.halt(false);
                Ok(())
            }
            Action::HourPasses => {
                self.hours -= 1;
                self.now_ms += HOUR_MS;
                Ok(())
            }
        }
    }

    fn halt(&mut self, is_halted: bool) {
        self.is_halted = is_halted;
        self.queue.set_halted(is_halted);
        self.start_next();
    }

    fn obey(&mut self, at: usize) -> Result<(), String> {
        let id = self.all[at].id;
        match self.all[at].commands.pop_front() {
            Some(Command::Turn) if !self.queue.is_running(id) => Ok(()),
            Some(Command::Turn) if self.all[at].machine.state() == State::Queued => {
                self.decide(at, Event::Start)
            }
            Some(Command::Turn) => self.decide(at, Event::Resume),
            Some(Command::Pause) => {
                self.decide(at, Event::Pause)?;
                match self.all[at].machine.state() {
                    State::Paused => {
                        self.all[at].rests = true;
                        self.queue.pause(id);
                        self.start_next();
                        Ok(())
                    }
                    State::Verifying => Ok(()),
                    state => Err(format!("{state:?} after a pause")),
                }
            }
            Some(Command::Resume) => {
                self.all[at].rests = false;
                self.queue.resume(id);
                self.start_next();
                Ok(())
            }
            Some(Command::Abort) => self.decide(at, Event::Abort),
            None => Err(String::from("there is no command")),
        }
    }

    fn answer(&mut self, at: usize, backend: Backend) -> Result<(), String> {
        let id = self.all[at].id;
        let (woken, event) = if let Some((error, online)) = backend.failure() {
            let woken = self.shared.answered(id, Err(&error));
            self.wake(&woken.failed, &Err((error.clone(), online)));
            (woken, Event::ParamsFailed { error, online })
        } else {
            let issued = self.prepared.issue(backend, self.now_ms);
            self.is_kind_known = true;
            self.cached = issued
                .params
                .is_reusable()
                .then(|| Rc::clone(&issued.params));
            let woken = self.shared.answered(id, Ok(&issued));
            let issued = Box::new(issued);
            (woken, Event::Params { issued, key: None })
        };
        self.wake(&woken.want_again, &Ok(()));
        self.decide(at, event)
    }

    fn want(&mut self, at: usize, why: AskReason) -> Result<(), String> {
        let one = &mut self.all[at];
        let held = one.machine.issued().map(|issued| &issued.params);
        match self.shared.want(one.id, why, held, self.now_ms) {
            Want::Ready(issued) => self.decide(at, Event::Params { issued, key: None }),
            Want::Ask => {
                one.asks += 1;
                one.work = Work::Ask;
                Ok(())
            }
            Want::Wait => {
                one.work = Work::WaitForAnother(why, None);
                Ok(())
            }
        }
    }

    fn wake(&mut self, ids: &[Id], told: &Result<(), (Error, bool)>) {
        for one in &mut self.all {
            if let Work::WaitForAnother(_, woken @ None) = &mut one.work
                && ids.contains(&one.id)
            {
                *woken = Some(told.clone());
            }
        }
    }

    fn decide(&mut self, at: usize, event: Event) -> Result<(), String> {
        let surroundings = Surroundings {
            now_ms: self.now_ms,
            random: 1.0,
        };
        let one = &mut self.all[at];
        let machine = Rc::make_mut(&mut one.machine);
        let step = machine.handle(event, surroundings);
        if matches!(step, Step::Continue) {
            return Ok(());
        }
        if matches!(one.work, Work::Over) {
            return Err(format!("{step:?} after the end"));
        }
        // A new step ends what the one before has started.
        if matches!(one.work, Work::Ask | Work::WaitForAnother(..)) {
            let woken = self.shared.leave(one.id);
            self.wake(&woken, &Ok(()));
        }
        self.begin(at, step)
    }

    fn begin(&mut self, at: usize, step: Step) -> Result<(), String> {
        let one = &mut self.all[at];
        one.work = Work::Nothing;
        let came = one.came.take();
        match step {
            Step::Continue | Step::Rest => Ok(()),
            Step::AskParams(why) => self.want(at, why),
            Step::Post => {
                if one.machine.form().is_none() || one.machine.url().is_none() {
                    return Err(String::from("there is nothing to post"));
                }
                one.work = Work::Post;
                one.read_file();
                Ok(())
            }
            Step::AwaitChecksum => {
                one.came = came;
                one.work = Work::AwaitChecksum;
                one.read_file();
                Ok(())
            }
            Step::Wait(ms) | Step::WaitOnline(ms) => {
                one.work = Work::Wait(ms);
                Ok(())
            }
            Step::Done(outcome) if !came.is_some_and(|came| came.is_success(outcome.verified)) => {
                Err(format!("{outcome:?}, but {came:?}"))
            }
            Step::Done(_) | Step::Fail(_) | Step::Aborted => self.end(at),
        }
    }

    fn end(&mut self, at: usize) -> Result<(), String> {
        self.ends_for_good(at)?;
        let one = &mut self.all[at];
        self.queue.remove(one.id);
        // Nothing depends on how it ended.
        *one = One {
            id: one.id,
            machine: Rc::clone(&one.machine),
            work: Work::Over,
            commands: VecDeque::new(),
            sum: Sum::Unread,
            asks: 0,
            rests: false,
            is_told_to_rest: false,
            came: None,
        };
        self.start_next();
        Ok(())
    }

    /// Whatever comes after the end leads to nothing.
    fn ends_for_good(&self, at: usize) -> Result<(), String> {
        let mut machine = Upload::clone(&self.all[at].machine);
        let state = machine.state();
        for event in &self.prepared.late {
            let surroundings = Surroundings {
                now_ms: self.now_ms,
                random: 1.0,
            };
            let step = machine.handle(event.clone(), surroundings);
            if step != Step::Continue || machine.state() != state || !state.is_terminal() {
                return Err(format!("{step:?} after the end, for {event:?}"));
            }
        }
        Ok(())
    }
}

impl One {
    pub(super) fn is_over(&self) -> bool {
        matches!(self.work, Work::Over)
    }

    pub(super) fn is_active(&self) -> bool {
        !matches!(self.work, Work::Over | Work::Nothing)
    }

    /// The shell begins to read with the first post, and again with the next when it could not.
    fn read_file(&mut self) {
        if self.machine.wants_checksum() && self.sum == Sum::Unread {
            self.sum = Sum::Reading;
        }
    }
}

impl World for Uploads {
    type Action = Action;

    fn actions(&self) -> Vec<Action> {
        let mut actions = Vec::new();
        for (at, one) in self
            .all
            .iter()
            .enumerate()
            .filter(|(_, one)| !one.is_over())
        {
            if self.pauses > 0 && !one.is_told_to_rest {
                actions.push(Action::Pause(at));
            }
            if one.is_told_to_rest {
                actions.push(Action::Resume(at));
            }
            if self.aborts > 0 {
                actions.push(Action::Abort(at));
            }
            // Commands go first.
            if !one.commands.is_empty() {
                actions.push(Action::Obey(at));
                continue;
            }
            if one.sum == Sum::Reading {
                actions.extend([Action::Checksum(at), Action::Unreadable(at)]);
            }
            match &one.work {
                Work::Ask => {
                    actions.extend(
                        self.bounds
                            .backend
                            .iter()
                            .map(|&backend| Action::Answer(at, backend)),
                    );
                }
                Work::WaitForAnother(_, Some(_)) => actions.push(Action::Wake(at)),
                Work::Post => {
                    actions.extend(self.bounds.oss.iter().map(|&oss| Action::Post(at, oss)));
                }
                Work::Wait(_) => actions.push(Action::WaitOver(at)),
                _ => {}
            }
        }
        if !self.is_over() {
            if self.is_halted {
                actions.push(Action::GoOn);
            } else if self.halts > 0 {
                actions.push(Action::Halt);
            }
            if self.hours > 0 {
                actions.push(Action::HourPasses);
            }
        }
        actions
    }

    fn after(&self, action: Action) -> Result<Self, String> {
        let mut next = self.clone();
        next.happen(action)?;
        next.check()?;
        Ok(next)
    }

    fn value(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    fn is_over(&self) -> bool {
        self.all.iter().all(One::is_over)
    }

    fn leads_on(action: Action) -> bool {
        !matches!(action, Action::Pause(_) | Action::Abort(_) | Action::Halt)
    }
}
