//! Breadth first through every state that can be reached, each of them once.

use std::collections::HashMap;
use std::fmt::Debug;

/// What there is to explore.
pub(super) trait World: Sized {
    /// Something that may happen.
    type Action: Copy + Debug;

    /// All that may happen now.
    fn actions(&self) -> Vec<Self::Action>;

    /// The state after it, or what is wrong with what it led to.
    fn after(&self, action: Self::Action) -> Result<Self, String>;

    /// A hash of its value: states of equal value are one state. (Of a million values two have the same by a chance of
    /// 1 to 37 million.)
    fn value(&self) -> u64;

    /// Whether nothing is left to happen.
    fn is_over(&self) -> bool;

    /// Whether the world does this by itself, or has to: an end must be within reach through these alone.
    fn leads_on(action: Self::Action) -> bool;
}

/// A state, by the order in which it was found.
type Number = usize;

/// What an exploration has seen.
pub(super) struct Explored {
    pub(super) states: usize,
    pub(super) steps: usize,
    pub(super) depth: usize,
    pub(super) ends: usize,
}

/// # Errors
///
/// The shortest way to what is wrong.
pub(super) fn explore<W: World>(start: W, mut see: impl FnMut(&W)) -> Result<Explored, String> {
    let mut numbers = HashMap::from([(start.value(), 0)]);
    let mut came_by: Vec<Option<(Number, W::Action)>> = vec![None];
    let mut led_on_from: Vec<Vec<Number>> = vec![Vec::new()];
    let mut ends = Vec::new();
    let (mut steps, mut depth) = (0, 0);
    let mut level = vec![(0, start)];
    while !level.is_empty() {
        depth += 1;
        let mut next_level = Vec::new();
        for (number, world) in level {
            see(&world);
            if world.is_over() {
                ends.push(number);
            }
            for action in world.actions() {
                let next = world
                    .after(action)
                    .map_err(|problem| tell(&came_by, number, Some(action), &problem))?;
                steps += 1;
                let to = *numbers.entry(next.value()).or_insert_with(|| {
                    let to = came_by.len();
                    came_by.push(Some((number, action)));
                    led_on_from.push(Vec::new());
                    next_level.push((to, next));
                    to
                });
                if W::leads_on(action) {
                    led_on_from[to].push(number);
                }
            }
        }
        level = next_level;
    }

    let explored = Explored {
        states: came_by.len(),
        steps,
        depth: depth - 1,
        ends: ends.len(),
    };
    let mut reaches_end = vec![false; came_by.len()];
    while let Some(number) = ends.pop() {
        if !std::mem::replace(&mut reaches_end[number], true) {
            ends.append(&mut led_on_from[number]);
        }
    }
    match reaches_end.iter().position(|reaches| !reaches) {
        Some(number) => Err(tell(&came_by, number, None, "no end can be reached")),
        None => Ok(explored),
    }
}

fn tell<A: Copy + Debug>(
    came_by: &[Option<(Number, A)>],
    mut number: Number,
    last: Option<A>,
    problem: &str,
) -> String {
    let mut way: Vec<A> = last.into_iter().collect();
    while let Some((before, action)) = came_by[number] {
        way.push(action);
        number = before;
    }
    way.reverse();
    format!("{problem}, after {way:#?}")
}
