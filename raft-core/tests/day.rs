//! The memory of a run is bounded: once the bounds are reached it does not grow, however long a tab
//! stays open. `raft-playground bench day` plays a whole day.

#![allow(clippy::unwrap_used)]
// An allocator needs unsafe code; this one only counts.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};

use raft_core::cluster::ACTIONS_KEPT_MAX;
use raft_core::headless::day::{Day, Pace};

/// The number of bytes in use.
static IN_USE: AtomicIsize = AtomicIsize::new(0);

/// The system's allocator, which counts the bytes in use.
struct Counting;

// SAFETY: every call is passed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        IN_USE.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller meets the requirements of the trait.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        IN_USE.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller meets the requirements of the trait.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Plays a number of minutes and returns the mean of the bytes in use, which snapshots make fluctuate.
fn mean(day: &mut Day, minutes: u64) -> isize {
    let mut sum = 0;
    for _ in 0..minutes {
        day.minute().unwrap();
        sum += IN_USE.load(Ordering::Relaxed);
    }
    sum / minutes as isize
}

#[test]
fn the_memory_of_a_long_run_does_not_grow() {
    let pace = Pace { nodes: 3, writes: 3_000, compact_every: 2, tape_bytes: 2 << 20 };
    let mut day = Day::new(pace).unwrap();
    // Play until the bounds are reached: the longest lists hold 100,000 actions and 50,000 entries.
    day.act(ACTIONS_KEPT_MAX).unwrap();
    mean(&mut day, 18);
    let before = mean(&mut day, 4);
    let early = day.kept();
    mean(&mut day, 4);
    let after = mean(&mut day, 4);
    let late = day.kept();
    let grown = after - before;
    assert!(late.writes > early.writes + 20_000 && late.events > early.events + 200_000, "{late:?}");
    // A list frees memory once half of it is dropped, so it takes up to twice its bound until then,
    // and a log may be anywhere between two snapshots. If every write stayed in memory, it would
    // grow by more than 5 MB.
    assert!(grown < 3 << 20, "{before} bytes grew by {grown} over 8 minutes; {early:?}, {late:?}");
    assert!(late.tape_bytes <= 2 << 20 && late.tape_bytes > 1 << 20, "{late:?}");
    assert!(late.requests <= 300 && late.log <= 2_000, "{late:?}");
}
