//! Whose turn it is: how many uploads run at once, in which order, and which rest.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use slab::Slab;

/// One upload of a queue. Never used again after its upload has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// How many were added before.
    nth: u64,
    /// Where it is kept: another may be there after its end.
    slot: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Waiting,
    Running,
    Paused,
}

#[derive(Clone, Debug)]
struct Entry<T> {
    id: Id,
    priority: i32,
    place: Place,
    upload: T,
}

/// The uploads of one uploader. Nothing here looks at all of them: ten thousands may wait, and end one by one.
#[derive(Clone, Debug)]
pub struct Queue<T> {
    entries: Slab<Entry<T>>,
    /// Those whose turn is still to come, the next one first.
    waiting: BTreeSet<(Reverse<i32>, Id)>,
    running: usize,
    concurrency: usize,
    added: u64,
    halted: bool,
}

impl<T> Queue<T> {
    /// An empty queue that lets `concurrency` uploads (at least one) run at once.
    #[must_use]
    pub fn new(concurrency: usize) -> Self {
        Self {
            entries: Slab::new(),
            waiting: BTreeSet::new(),
            running: 0,
            concurrency: concurrency.max(1),
            added: 0,
            halted: false,
        }
    }

    /// Adds an upload at the end of those of its priority; higher priorities go first.
    pub fn add(&mut self, priority: i32, upload: T) -> Id {
        let slot = self.entries.vacant_key();
        let id = Id {
            nth: self.added,
            slot,
        };
        self.added += 1;
        self.entries.insert(Entry {
            id,
            priority,
            place: Place::Waiting,
            upload,
        });
        self.waiting.insert((Reverse(priority), id));
        id
    }

    /// The upload whose turn it is now, if there is a free place: it runs from here on.
    pub fn take_next(&mut self) -> Option<Id> {
        if self.halted || self.running >= self.concurrency {
            return None;
        }
        let (_, id) = *self.waiting.first()?;
        self.set(id, Place::Running);
        Some(id)
    }

    /// What was added, until it has left.
    #[must_use]
    pub fn get(&self, id: Id) -> Option<&T> {
        self.entry(id).map(|entry| &entry.upload)
    }

    /// Lets an upload rest: it keeps its place in the order but gives up its turn. Returns whether it was running.
    pub fn pause(&mut self, id: Id) -> bool {
        let was_running = self.is_running(id);
        self.set(id, Place::Paused);
        was_running
    }

    /// A paused upload waits for its turn again.
    pub fn resume(&mut self, id: Id) {
        if self.place(id) == Some(Place::Paused) {
            self.set(id, Place::Waiting);
        }
    }

    /// An upload has ended, in whatever way.
    pub fn remove(&mut self, id: Id) {
        if self.entry(id).is_some() {
            // One that rests neither waits nor runs.
            self.set(id, Place::Paused);
            self.entries.try_remove(id.slot);
        }
    }

    /// Whether the whole queue rests: then nobody's turn comes.
    pub fn set_halted(&mut self, halted: bool) {
        self.halted = halted;
    }

    /// Whether it is this upload's turn.
    #[must_use]
    pub fn is_running(&self, id: Id) -> bool {
        self.place(id) == Some(Place::Running)
    }

    /// How many uploads run.
    #[must_use]
    pub fn running(&self) -> usize {
        self.running
    }

    /// How many uploads have not ended.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether every upload has ended.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn entry(&self, id: Id) -> Option<&Entry<T>> {
        self.entries.get(id.slot).filter(|entry| entry.id == id)
    }

    fn place(&self, id: Id) -> Option<Place> {
        self.entry(id).map(|entry| entry.place)
    }

    fn set(&mut self, id: Id, place: Place) {
        let entry = self.entries.get_mut(id.slot);
        let Some(entry) = entry.filter(|entry| entry.id == id) else {
            return;
        };
        let turn = (Reverse(entry.priority), id);
        match std::mem::replace(&mut entry.place, place) {
            Place::Waiting => {
                self.waiting.remove(&turn);
            }
            Place::Running => self.running -= 1,
            Place::Paused => {}
        }
        match place {
            Place::Waiting => {
                self.waiting.insert(turn);
            }
            Place::Running => self.running += 1,
            Place::Paused => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn take_all(queue: &mut Queue<()>) -> Vec<Id> {
        std::iter::from_fn(|| queue.take_next()).collect()
    }

    #[test]
    fn no_more_than_concurrency_run_at_once() {
        let mut queue = Queue::new(2);
        let ids: Vec<Id> = (0..4).map(|_| queue.add(0, ())).collect();
        assert_eq!(take_all(&mut queue), ids[..2]);
        queue.remove(ids[0]);
        assert_eq!(take_all(&mut queue), ids[2..3]);
    }

    #[test]
    fn higher_priority_first_then_the_order_of_adding() {
        let mut queue = Queue::new(9);
        let (low, normal, high, also_normal) = (
            queue.add(-1, ()),
            queue.add(0, ()),
            queue.add(5, ()),
            queue.add(0, ()),
        );
        assert_eq!(take_all(&mut queue), [high, normal, also_normal, low]);
    }

    #[test]
    fn a_paused_upload_keeps_its_place_but_not_its_turn() {
        let mut queue = Queue::new(1);
        let (first, second) = (queue.add(0, ()), queue.add(0, ()));
        assert!(!queue.pause(first));
        assert_eq!(take_all(&mut queue), [second]);
        queue.resume(first);
        assert_eq!(queue.take_next(), None, "no free place");
        assert!(queue.pause(second));
        assert_eq!(take_all(&mut queue), [first]);
        queue.resume(second);
        queue.remove(first);
        assert_eq!(take_all(&mut queue), [second]);
    }

    #[test]
    fn nothing_starts_in_a_halted_queue() {
        let mut queue = Queue::new(3);
        let id = queue.add(0, ());
        queue.set_halted(true);
        assert_eq!(queue.take_next(), None);
        queue.set_halted(false);
        assert_eq!(queue.take_next(), Some(id));
    }

    #[test]
    fn what_was_added_is_there_until_it_leaves() {
        let mut queue = Queue::new(1);
        let (first, second) = (queue.add(0, "first"), queue.add(0, "second"));
        assert_eq!(queue.get(second), Some(&"second"));
        queue.remove(second);
        assert_eq!((queue.get(second), queue.is_empty()), (None, false));
        queue.remove(first);
        assert!(queue.is_empty());
        // The place is given to another, the name is not.
        queue.add(0, "third");
        assert_eq!(queue.get(first), None);
    }

    #[test]
    fn resuming_one_that_runs_does_not_give_it_a_second_turn() {
        let mut queue = Queue::new(3);
        let id = queue.add(0, ());
        queue.take_next();
        queue.resume(id);
        assert_eq!(queue.take_next(), None);
        assert!(queue.is_running(id));
    }

    #[derive(Clone, Debug)]
    enum Op {
        Add(i32),
        Take,
        End(usize),
        Pause(usize),
        Resume(usize),
        Halt(bool),
    }

    fn any_op() -> impl Strategy<Value = Op> {
        prop_oneof![
            (-2..3).prop_map(Op::Add),
            Just(Op::Take),
            (0_usize..20).prop_map(Op::End),
            (0_usize..20).prop_map(Op::Pause),
            (0_usize..20).prop_map(Op::Resume),
            any::<bool>().prop_map(Op::Halt),
        ]
    }

    proptest! {
        /// Whatever is done to a queue: never more than its concurrency run, none is given its turn while it has it,
        /// and once nobody holds it up every upload gets its turn and ends exactly once.
        #[test]
        fn none_is_lost_or_run_twice(concurrency in 1_usize..5, ops in prop::collection::vec(any_op(), 0..80)) {
            let mut queue = Queue::new(concurrency);
            let (mut ids, mut running, mut ended) = (Vec::new(), Vec::new(), Vec::new());
            for op in ops {
                match op {
                    Op::Add(priority) => ids.push(queue.add(priority, ())),
                    Op::Take => {
                        if let Some(id) = queue.take_next() {
                            prop_assert!(!running.contains(&id) && !ended.contains(&id));
                            running.push(id);
                        }
                    }
                    Op::End(nth) => {
                        if let Some(&id) = running.get(nth) {
                            queue.remove(id);
                            running.retain(|&other| other != id);
                            ended.push(id);
                        }
                    }
                    Op::Pause(nth) => {
                        if let Some(&id) = ids.get(nth) {
                            prop_assert_eq!(queue.pause(id), running.contains(&id));
                            running.retain(|&other| other != id);
                        }
                    }
                    Op::Resume(nth) => {
                        if let Some(&id) = ids.get(nth) {
                            queue.resume(id);
                        }
                    }
                    Op::Halt(halted) => queue.set_halted(halted),
                }
                prop_assert!(queue.running() <= concurrency);
                prop_assert_eq!(queue.running(), running.len());
                prop_assert_eq!(queue.len() + ended.len(), ids.len());
            }
            queue.set_halted(false);
            for &id in &ids {
                queue.resume(id);
            }
            while !queue.is_empty() {
                running.extend(std::iter::from_fn(|| queue.take_next()));
                let Some(id) = running.pop() else { break };
                queue.remove(id);
                ended.push(id);
            }
            ended.sort();
            prop_assert_eq!(ended, ids);
        }
    }
}
