//! raft-core alone as a wasm module with a plain interface, for `run.mjs` in Node.
//!
//! The caller allocates a buffer with [`room`], writes the text of the request there, calls one of the
//! functions, and reads the text of the answer from [`answer_at`] and [`answer_length`]. A function returns 1
//! if the answer is a result and 0 if it is an error message. After a panic, the answer is its message.

// `no_mangle` counts as unsafe, since two symbols of one name would clash. All names here are distinct.
#![allow(unsafe_code)]

use std::cell::RefCell;
use std::panic;

#[cfg(target_family = "wasm")]
use pooled::Pooled;
use raft_core::headless::{Bench, chaos_trace_text, trace_text};
#[cfg(target_family = "wasm")]
use talc::wasm::WasmDynamicTalc;

/// The page's allocator, so that measurements apply to the page.
#[cfg(target_family = "wasm")]
#[global_allocator]
static ALLOCATOR: Pooled<WasmDynamicTalc> = Pooled::new(talc::wasm::new_wasm_dynamic_allocator());

thread_local! {
    static REQUEST: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static ANSWER: RefCell<String> = const { RefCell::new(String::new()) };
    static BENCH: RefCell<Option<Bench>> = const { RefCell::new(None) };
}

/// Allocates the buffer of a request of this many bytes, and returns its address.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    panic::set_hook(Box::new(|info| ANSWER.set(info.to_string())));
    REQUEST.with_borrow_mut(|request| {
        request.clear();
        request.resize(bytes, 0);
        request.as_mut_ptr()
    })
}

/// Returns the address of the answer.
#[unsafe(no_mangle)]
pub extern "C" fn answer_at() -> *const u8 {
    ANSWER.with_borrow(|answer| answer.as_ptr())
}

/// Returns the length of the answer, in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn answer_length() -> usize {
    ANSWER.with_borrow(String::len)
}

/// Plays a scenario. The request is its name, of `name_bytes` bytes, followed by its text.
#[unsafe(no_mangle)]
pub extern "C" fn trace(name_bytes: usize) -> u32 {
    let request = request();
    answer(match request.split_at_checked(name_bytes) {
        Some((name, text)) => trace_text(name, text),
        None => Err(format!("the name has {name_bytes} bytes, the request {}", request.len())),
    })
}

/// Plays a chaos seed for a number of virtual seconds. There is no request.
#[unsafe(no_mangle)]
pub extern "C" fn chaos_trace(seed: u64, seconds: u64) -> u32 {
    answer(chaos_trace_text(seed, seconds))
}

/// Begins the load of a benchmark that the request names.
#[unsafe(no_mangle)]
pub extern "C" fn bench_begin() -> u32 {
    answer(Bench::begin(&request()).map(|bench| {
        let line = bench.line();
        BENCH.set(Some(bench));
        line
    }))
}

/// Performs `amount` units of the phase that the request names, on the load that was begun.
#[unsafe(no_mangle)]
pub extern "C" fn bench_phase(amount: u64) -> u32 {
    answer(BENCH.with_borrow_mut(|bench| {
        let bench = bench.as_mut().ok_or("no load was begun")?;
        bench.phase(&request(), amount)?;
        Ok(bench.line())
    }))
}

fn request() -> String {
    REQUEST.with_borrow(|request| String::from_utf8_lossy(request).into_owned())
}

fn answer(result: Result<String, String>) -> u32 {
    let fine = u32::from(result.is_ok());
    ANSWER.set(result.unwrap_or_else(|wrong| wrong));
    fine
}
