//! What is kept of a run has bounds: once they are reached, memory does not grow any more, however long a tab is
//! left open. `raft-playground bench day` plays a whole day.

#![allow(clippy::unwrap_used)]
// An allocator is unsafe by its nature; this one only counts.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

use raft_core::cluster::ACTIONS_KEPT_MAX;
use raft_core::headless::day::{Day, Pace};

/// Bytes in use.
static IN_USE: AtomicIsize = AtomicIsize::new(0);

struct Counting;

// SAFETY: everything is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller keeps what the trait asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller keeps what the trait asks for.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The mean of the bytes in use over so many minutes: snapshots make it go up and down.
fn mean(day: &mut Day, minutes: u64) -> isize {
    let mut sum = 0;
    for _ in 0..minutes {
        day.minute().unwrap();
        sum += IN_USE.load(Ordering::Relaxed);
    }
    sum / minutes as isize
}

#[test]
fn a_run_that_goes_on_does_not_grow() {
    let pace = Pace { nodes: 3, writes: 3_000, compact_every: 2, tape_bytes: 2 << 20 };
    let mut day = Day::new(pace).unwrap();
    // Until the bounds are reached: the longest lists hold 100,000 actions and 50,000 entries.
    day.act(ACTIONS_KEPT_MAX).unwrap();
    mean(&mut day, 18);
    let before = mean(&mut day, 4);
    let early = day.kept();
    mean(&mut day, 4);
    let after = mean(&mut day, 4);
    let late = day.kept();
    let grown = after - before;
    assert!(late.writes > early.writes + 20_000 && late.events > early.events + 200_000, "{late:?}");
    assert!(grown < 1 << 20, "{before} bytes grew by {grown} over 8 minutes; {early:?}, {late:?}");
    assert!(late.tape_bytes <= 2 << 20 && late.tape_bytes > 1 << 20, "{late:?}");
    assert!(late.requests <= 300 && late.log <= 2_000, "{late:?}");
}
