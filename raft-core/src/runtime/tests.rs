//! Tests of tasks, timers, clocks, pauses and kills.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::future::{pending, poll_fn, ready};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::task::Poll;

use openraft_rt::AsyncRuntime;

use super::*;
use crate::units::{MILLISECOND, Nanos, SECOND};

/// The entries that tasks noted, in order.
struct Observations<T>(Rc<RefCell<Vec<T>>>);

impl<T> Clone for Observations<T> {
    fn clone(&self) -> Self {
        Observations(self.0.clone())
    }
}

impl<T: PartialEq + Debug> Observations<T> {
    fn new() -> Self {
        Observations(Rc::default())
    }

    fn note(&self, entry: T) {
        self.0.borrow_mut().push(entry);
    }

    #[track_caller]
    fn expect(&self, entries: &[T]) {
        assert_eq!(self.0.borrow().as_slice(), entries);
    }
}

/// Notes the domain and the clock's reading when it is dropped.
struct NotesItsDrop(Observations<(DomainId, Nanos)>, Rc<Executor>);

impl Drop for NotesItsDrop {
    fn drop(&mut self) {
        // `local_now` panics outside `enter`.
        self.0.note((self.1.current_domain(), local_now()));
    }
}

fn run_until(executor: &Rc<Executor>, end: Nanos) {
    executor.run_ready().unwrap();
    while executor.next_timer_at().is_some_and(|at| at <= end) {
        assert!(executor.fire_next_timer());
        executor.run_ready().unwrap();
    }
    executor.set_now(end);
}

/// Spawns a task that sleeps for `span`, then notes `name` and its clock's reading.
fn sleeper(
    executor: &Rc<Executor>,
    domain: DomainId,
    span: Nanos,
    name: u32,
    observed: &Observations<(u32, Nanos)>,
) {
    let observed = observed.clone();
    executor.spawn(domain, async move {
        sleep(span).await;
        observed.note((name, local_now()));
    });
}

#[test]
fn timers_fire_by_deadline_then_in_the_order_in_which_they_were_set() {
    let executor = Executor::new(1, 3);
    let observed = Observations::new();
    sleeper(&executor, 2, 20, 1, &observed);
    sleeper(&executor, 1, 10, 2, &observed);
    sleeper(&executor, 2, 10, 3, &observed);
    sleeper(&executor, 1, 10, 4, &observed);
    executor.run_ready().unwrap();
    assert_eq!(executor.next_timer_at(), Some(10));
    // One timer fires at a time, even if several are due at one instant.
    assert!(executor.fire_next_timer());
    executor.run_ready().unwrap();
    observed.expect(&[(2, 10)]);
    run_until(&executor, 100);
    observed.expect(&[(2, 10), (3, 10), (4, 10), (1, 20)]);
    assert!(!executor.fire_next_timer());
    assert_eq!((executor.now(), executor.next_timer_at()), (100, None));
    assert_eq!(executor.stats(), Stats { polls: 8, spawns: 4, timers_fired: 4 });
}

#[test]
fn the_clock_never_goes_back_and_overdue_timers_are_due_now() {
    let executor = Executor::new(1, 1);
    let observed = Observations::new();
    sleeper(&executor, WORLD, 10, 1, &observed);
    executor.run_ready().unwrap();
    executor.set_now(50);
    executor.set_now(20);
    assert_eq!((executor.now(), executor.next_timer_at()), (50, Some(50)));
    run_until(&executor, 60);
    observed.expect(&[(1, 50)]);
}

#[test]
fn a_timeout_prefers_the_future_and_leaves_no_timer() {
    let executor = Executor::new(1, 1);
    let observed = Observations::new();
    let notes = observed.clone();
    executor.spawn(WORLD, async move {
        notes.note((timeout(0, ready(1)).await, local_now()));
        let slow = async {
            sleep(30).await;
            2
        };
        notes.note((timeout(20, slow).await, local_now()));
        let quick = async {
            sleep(20).await;
            3
        };
        notes.note((timeout(40, quick).await, local_now()));
    });
    run_until(&executor, 40);
    observed.expect(&[(Some(1), 0), (None, 20), (Some(3), 40)]);
    // The cancelled timers do not fire any more.
    assert_eq!(executor.next_timer_at(), None);
}

#[test]
fn a_kill_drops_tasks_and_timers_without_polling_them() {
    let executor = Executor::new(1, 3);
    let (polled, ended, living) = (Observations::new(), Observations::new(), Observations::new());
    for span in [5, 10] {
        let end = NotesItsDrop(ended.clone(), executor.clone());
        let polled = polled.clone();
        executor.spawn(2, async move {
            polled.note(span);
            sleep(span).await;
            polled.note(span);
            drop(end);
        });
    }
    sleeper(&executor, 1, 20, 1, &living);
    executor.run_ready().unwrap();
    executor.set_paused(2, true);
    // The timer at 5 wakes one task, which is parked and then dropped.
    run_until(&executor, 7);
    assert_eq!(executor.kill_domain(2), 2);
    assert!(!executor.is_paused(2));
    polled.expect(&[5, 10]);
    ended.expect(&[(2, 7), (2, 7)]);
    assert_eq!(executor.next_timer_at(), Some(20));
    run_until(&executor, 30);
    polled.expect(&[5, 10]);
    living.expect(&[(1, 20)]);
    assert_eq!(executor.kill_domain(2), 0);
    // The domain can be used again, and so can the slots of the dropped tasks.
    sleeper(&executor, 2, 1, 2, &living);
    run_until(&executor, 40);
    living.expect(&[(1, 20), (2, 31)]);
}

#[test]
fn a_task_may_kill_its_own_domain() {
    let executor = Executor::new(1, 2);
    let ended = Observations::new();
    let end = NotesItsDrop(ended.clone(), executor.clone());
    let killer = executor.clone();
    executor.spawn(1, async move {
        let _end = end;
        assert_eq!(killer.kill_domain(1), 1);
        pending::<()>().await;
    });
    executor.run_ready().unwrap();
    ended.expect(&[(1, 0)]);
    assert_eq!(executor.kill_domain(1), 0);
}

#[test]
fn tasks_that_destructors_spawn_die_in_the_same_kill() {
    struct SpawnsWhenDropped(Rc<Cell<bool>>);
    impl Drop for SpawnsWhenDropped {
        fn drop(&mut self) {
            let ran = self.0.clone();
            drop(VirtualRuntime::spawn(async move { ran.set(true) }));
        }
    }
    let executor = Executor::new(1, 2);
    let ran = Rc::new(Cell::new(false));
    let end = SpawnsWhenDropped(ran.clone());
    executor.spawn(1, async move {
        let _end = end;
        pending::<()>().await;
    });
    executor.run_ready().unwrap();
    assert_eq!(executor.kill_domain(1), 2);
    executor.run_ready().unwrap();
    assert!(!ran.get());
}

#[test]
fn a_pause_parks_tasks_while_clock_and_timers_run_on() {
    let executor = Executor::new(1, 3);
    let observed = Observations::new();
    sleeper(&executor, 1, 20, 1, &observed);
    sleeper(&executor, 1, 10, 2, &observed);
    sleeper(&executor, 2, 30, 3, &observed);
    executor.run_ready().unwrap();
    executor.set_paused(1, true);
    assert!(executor.is_paused(1) && !executor.is_paused(2));
    run_until(&executor, 100);
    observed.expect(&[(3, 30)]);
    assert_eq!((executor.local_now(1), executor.stats().timers_fired), (100, 3));
    // The end of another domain's pause runs no task of this domain.
    executor.set_paused(2, true);
    executor.set_paused(2, false);
    executor.run_ready().unwrap();
    observed.expect(&[(3, 30)]);
    executor.set_paused(1, false);
    executor.run_ready().unwrap();
    observed.expect(&[(3, 30), (2, 100), (1, 100)]);
}

#[test]
fn clocks_run_at_their_own_rates_and_pending_timers_follow() {
    let executor = Executor::new(1, 4);
    let observed = Observations::new();
    executor.set_clock_rate_ppm(1, 2_000_000);
    executor.set_clock_rate_ppm(2, 500_000);
    executor.set_clock_rate_ppm(3, 0);
    for domain in 1..=3 {
        sleeper(&executor, domain, 10 * MILLISECOND, domain, &observed);
    }
    run_until(&executor, 15 * MILLISECOND);
    observed.expect(&[(1, 10 * MILLISECOND)]);
    assert_eq!(executor.local_now(1), 30 * MILLISECOND);
    assert_eq!(executor.local_now(2), 15 * MILLISECOND / 2);
    assert_eq!(executor.local_now(3), 0);
    assert_eq!(executor.to_global(1, 10 * MILLISECOND), Some(5 * MILLISECOND));
    assert_eq!(executor.to_global(3, 10 * MILLISECOND), None);
    assert_eq!(executor.next_timer_at(), Some(20 * MILLISECOND));
    // From here on the slow clock runs fast, and the stopped one runs at the nominal rate.
    executor.set_clock_rate_ppm(2, 2_500_000);
    executor.set_clock_rate_ppm(3, 1_000_000);
    run_until(&executor, SECOND);
    let late = [(2, 10 * MILLISECOND), (3, 10 * MILLISECOND)];
    observed.expect(&[(1, 10 * MILLISECOND), late[0], late[1]]);
    assert_eq!(executor.to_global(2, 10 * MILLISECOND), Some(16 * MILLISECOND));
    assert_eq!(executor.to_global(3, 10 * MILLISECOND), Some(25 * MILLISECOND));
    assert_eq!(executor.to_global(3, 0), Some(15 * MILLISECOND), "before the rate changed: then");
}

#[test]
fn odd_rates_never_fire_a_timer_early() {
    for ppm in [1, 333_333, 999_999, 1_000_001, 1_234_567, 3_000_000_000] {
        let executor = Executor::new(1, 2);
        let observed = Observations::new();
        executor.set_now(17);
        executor.set_clock_rate_ppm(1, ppm);
        sleeper(&executor, 1, 1_001, 1, &observed);
        executor.run_ready().unwrap();
        let at = executor.next_timer_at().unwrap();
        executor.set_now(at - 1);
        assert!(executor.local_now(1) < 17 + 1_001, "{ppm} ppm: due one nanosecond before");
        run_until(&executor, at);
        assert_eq!(observed.0.borrow().len(), 1, "{ppm} ppm: woken in vain");
    }
}

#[test]
fn deadlines_beyond_the_end_of_time_never_come() {
    let executor = Executor::new(1, 2);
    let observed = Observations::new();
    executor.set_now(SECOND);
    executor.set_clock_rate_ppm(1, 10_000);
    sleeper(&executor, 1, u64::MAX, 1, &observed);
    executor.run_ready().unwrap();
    assert_eq!(executor.next_timer_at(), None);
    executor.set_clock_rate_ppm(1, 1_000_000);
    run_until(&executor, 600 * SECOND);
    observed.expect(&[]);
}

#[test]
fn enter_nests_and_restores_the_outer_executor_even_after_a_panic() {
    let (outer, inner) = (Executor::new(1, 1), Executor::new(1, 1));
    outer.set_now(1);
    inner.set_now(2);
    outer.enter(|| {
        assert_eq!(local_now(), 1);
        assert_eq!(inner.enter(local_now), 2);
        assert_eq!(local_now(), 1);
        let panicked = catch_unwind(AssertUnwindSafe(|| inner.enter(|| panic!("on purpose"))));
        assert!(panicked.is_err());
        assert_eq!(local_now(), 1);
    });
    assert!(catch_unwind(local_now).is_err(), "nothing is entered any more");
}

#[test]
fn a_panic_in_a_task_leaves_the_executor_usable() {
    let executor = Executor::new(1, 2);
    let observed = Observations::new();
    executor.spawn(1, async { panic!("on purpose") });
    sleeper(&executor, 1, 5, 1, &observed);
    assert!(catch_unwind(AssertUnwindSafe(|| executor.run_ready())).is_err());
    assert_eq!(executor.current_domain(), WORLD);
    run_until(&executor, 10);
    observed.expect(&[(1, 5)]);
    executor.shutdown();
}

#[test]
fn a_task_that_wakes_itself_for_ever_is_an_error() {
    let executor = Executor::new(1, 2);
    executor.set_now(3);
    executor.spawn(
        1,
        poll_fn(|cx| {
            cx.waker().wake_by_ref();
            Poll::Pending
        }),
    );
    assert_eq!(executor.run_ready(), Err(Livelock { at: 3, polls: 5_000_000 }));
    assert_eq!(executor.kill_domain(1), 1);
    assert_eq!(executor.run_ready(), Ok(()));
}

#[test]
fn a_spawned_task_belongs_to_its_parents_domain() {
    let executor = Executor::new(1, 3);
    let observed = Observations::new();
    let (notes, parent) = (observed.clone(), executor.clone());
    executor.spawn(2, async move {
        let child = parent.clone();
        let answer = VirtualRuntime::spawn(async move { child.current_domain() }).await;
        notes.note(answer);
    });
    let doomed = executor.enter(|| VirtualRuntime::spawn(pending::<DomainId>()));
    let notes = observed.clone();
    executor.spawn(1, async move { notes.note(doomed.await) });
    executor.run_ready().unwrap();
    observed.expect(&[Ok(2)]);
    executor.kill_domain(WORLD);
    executor.run_ready().unwrap();
    observed.expect(&[Ok(2), Err(TaskEnded)]);
}

#[test]
fn each_domain_draws_from_its_own_stream() {
    let draw = |executor: &Rc<Executor>, domain| {
        let drawn = Rc::new(Cell::new(0));
        let out = drawn.clone();
        executor.spawn(domain, async move { out.set(VirtualRuntime::thread_rng().next_u64()) });
        executor.run_ready().unwrap();
        drawn.get()
    };
    let (one, other) = (Executor::new(7, 3), Executor::new(7, 3));
    draw(&one, 1);
    assert_eq!(draw(&one, 2), draw(&other, 2));
    assert_ne!(draw(&one, 1), draw(&other, 1), "the first draw and the second");
    assert_ne!(draw(&Executor::new(8, 3), 2), draw(&Executor::new(7, 3), 2));
}

#[test]
fn a_recorded_election_draw_equals_the_streams_result() {
    let executor = Executor::new(1, 2);
    let mut stream = RandomStream::stream(5, 5);
    executor.election_stream(stream.clone());
    assert_eq!(executor.take_election_draws(), [], "the range is not known");
    executor.set_election_range_ms(150, 300);
    executor.set_now(9);
    executor.election_stream(stream.clone());
    let sample_ms = rand::RngExt::random_range(&mut stream, 150..300);
    let draw = ElectionDraw { domain: WORLD, local_at: 9, sample_ms };
    assert_eq!(executor.take_election_draws(), [draw]);
    assert_eq!(executor.take_election_draws(), []);
    // Draws from other files, such as the delay of openraft's first tick, do not count.
    let _phase = executor.enter(|| VirtualRuntime::thread_rng());
    assert_eq!(executor.take_election_draws(), []);
}

#[test]
fn a_shutdown_frees_what_tasks_hold() {
    let executor = Executor::new(1, 3);
    for domain in 0..3 {
        let held = executor.clone();
        executor.spawn(domain, async move {
            sleep(SECOND).await;
            drop(held);
        });
    }
    executor.run_ready().unwrap();
    executor.shutdown();
    assert_eq!(executor.next_timer_at(), None);
    assert_eq!(Rc::strong_count(&executor), 1);
}

#[test]
fn loaded_dice_give_every_timeout_of_the_range() {
    let executor = Executor::new(1, 2);
    executor.set_election_range_ms(150, 300);
    let drawn = RandomStream::new(7);
    for sample in 150..300 {
        executor.load_election_dice(WORLD, Some(sample), false);
        let mut stream = executor.election_stream(drawn.clone());
        assert_eq!(rand::RngExt::random_range(&mut stream, 150..300), sample);
    }
    executor.load_election_dice(WORLD, None, false);
    assert_eq!(executor.election_stream(drawn.clone()), drawn);
    assert_eq!(executor.take_election_draws().len(), 151);
}
