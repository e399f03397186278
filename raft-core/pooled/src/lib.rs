//! A global allocator that reuses freed small blocks for allocations of the same size.
//!
//! A cluster creates and drops many small objects: tasks, messages, metrics. A freed block goes to
//! the list of its size, of which each thread has its own, and the next allocation of that size
//! takes it from there. Both take a few instructions. New blocks are cut from large pieces of
//! another allocator, which also serves large allocations. Small blocks never return to it, so the
//! number of blocks of a size is the maximum that was in use at once.

// An allocator needs unsafe code. Each unsafe block says why it is sound.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ptr::null_mut;

/// Sizes are rounded up to a multiple of this, in bytes. Blocks are therefore aligned to it.
const STEP: usize = 16;
/// The number of lists. The last one holds blocks of `LISTS * STEP` bytes.
const LISTS: usize = 256;
/// The piece from which blocks are cut. It is large because growing wasm's memory is slow in a browser.
const PIECE: Layout = match Layout::from_size_align(1 << 20, STEP) {
    Ok(layout) => layout,
    Err(_) => panic!("the alignment is a power of two"),
};

/// The first bytes of a free block.
struct Free {
    next: *mut Free,
}

/// The free blocks of a thread.
struct Pool {
    lists: [Cell<*mut Free>; LISTS],
    /// The rest of the piece from which blocks are cut.
    rest: Cell<*mut u8>,
    left: Cell<usize>,
}

thread_local! {
    // Constant and without a destructor, so it is available throughout a thread's life.
    static POOL: Pool = const {
        Pool { lists: [const { Cell::new(null_mut()) }; LISTS], rest: Cell::new(null_mut()), left: Cell::new(0) }
    };
}

/// An allocator that pools small blocks and passes larger allocations to `A`.
pub struct Pooled<A>(A);

impl<A> Pooled<A> {
    /// Creates a pool on top of another allocator.
    pub const fn new(other: A) -> Self {
        Pooled(other)
    }
}

/// Returns the list for a layout; `None` for a large one. The size must not be 0.
fn list_of(layout: Layout) -> Option<usize> {
    let list = layout.size().wrapping_sub(1) / STEP;
    (list < LISTS && layout.align() <= STEP).then_some(list)
}

impl<A: GlobalAlloc> Pooled<A> {
    /// Cuts a block for a list from a piece. Returns null if there is no memory.
    #[cold]
    fn cut(&self, pool: &Pool, list: usize) -> *mut u8 {
        let size = (list + 1) * STEP;
        if pool.left.get() < size {
            // The rest of the old piece, which is smaller than the block, is lost.
            // SAFETY: the layout is not empty.
            let piece = unsafe { self.0.alloc(PIECE) };
            if piece.is_null() {
                return piece;
            }
            pool.rest.set(piece);
            pool.left.set(PIECE.size());
        }
        let block = pool.rest.get();
        // SAFETY: the piece has at least `size` bytes left from here on.
        pool.rest.set(unsafe { block.add(size) });
        pool.left.set(pool.left.get() - size);
        block
    }
}

// SAFETY: a block is either on one list or in use, and has the size and alignment of its list.
// Threads share only the other allocator. Nothing here unwinds.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Pooled<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(list) = list_of(layout) else {
            // SAFETY: the caller's promise is handed on.
            return unsafe { self.0.alloc(layout) };
        };
        POOL.with(|pool| {
            let block = pool.lists[list].get();
            if block.is_null() {
                return self.cut(pool, list);
            }
            // SAFETY: a block on a list is free, and `dealloc` wrote its first bytes.
            pool.lists[list].set(unsafe { (*block).next });
            block.cast()
        })
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let Some(list) = list_of(layout) else {
            // SAFETY: the caller's promise is handed on; a block of this layout came from there.
            return unsafe { self.0.dealloc(block, layout) };
        };
        POOL.with(|pool| {
            let block = block.cast::<Free>();
            // SAFETY: the caller gives the block up, and the smallest block has room for a pointer.
            unsafe { block.write(Free { next: pool.lists[list].get() }) };
            pool.lists[list].set(block);
        });
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if list_of(layout).is_none() {
            // SAFETY: the caller's promise is handed on.
            return unsafe { self.0.alloc_zeroed(layout) };
        }
        // SAFETY: the caller's promise is handed on.
        let block = unsafe { self.alloc(layout) };
        if !block.is_null() {
            // SAFETY: the block has at least the requested size.
            unsafe { block.write_bytes(0, layout.size()) };
        }
        block
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller promises that the new size is valid with this alignment.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        match (list_of(layout), list_of(wanted)) {
            // SAFETY: the caller's promise is handed on; a block of this layout came from there.
            (None, None) => unsafe { self.0.realloc(block, layout, size) },
            (before, after) if before == after => block,
            _ => {
                // SAFETY: the caller's promise is handed on.
                let moved = unsafe { self.alloc(wanted) };
                if !moved.is_null() {
                    // SAFETY: both blocks have at least this size, and they do not overlap.
                    unsafe { block.copy_to_nonoverlapping(moved, layout.size().min(size)) };
                    // SAFETY: the caller gives this block up.
                    unsafe { self.dealloc(block, layout) };
                }
                moved
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::alloc::System;

    const ALLOCATOR: Pooled<System> = Pooled::new(System);

    fn layout(size: usize) -> Layout {
        Layout::from_size_align(size, 8).unwrap()
    }

    #[test]
    fn a_freed_block_serves_the_next_allocation_of_its_size() {
        for size in [1, 16, 17, 4096] {
            // SAFETY: the layouts are those with which the blocks were allocated.
            unsafe {
                let first = ALLOCATOR.alloc(layout(size));
                let second = ALLOCATOR.alloc(layout(size));
                assert!(first != second && first.addr().is_multiple_of(STEP));
                ALLOCATOR.dealloc(first, layout(size));
                ALLOCATOR.dealloc(second, layout(size));
                assert_eq!(ALLOCATOR.alloc_zeroed(layout(size)), second);
                assert!((0..size).all(|at| second.add(at).read() == 0));
                assert_eq!(ALLOCATOR.alloc(layout(size)), first);
            }
        }
    }

    #[test]
    fn realloc_keeps_the_content() {
        // SAFETY: the layouts are those with which the blocks were allocated, and only written bytes
        // are read.
        unsafe {
            let mut block = ALLOCATOR.alloc(layout(5));
            (0..5).for_each(|at| block.add(at).write(at as u8));
            let mut size = 5;
            for next in [16, 17, 600, 4096, 4097, 9000, 40_000, 900, 6] {
                block = ALLOCATOR.realloc(block, layout(size), next);
                size = next;
                assert!((0..5).all(|at| block.add(at).read() == at as u8), "at {next}");
            }
            ALLOCATOR.dealloc(block, layout(size));
        }
    }

    #[test]
    fn blocks_in_use_never_overlap() {
        let mut blocks: Vec<(*mut u8, usize)> = Vec::new();
        for round in 0..20_000_usize {
            let size = 1 + round * 7919 % 5000;
            // SAFETY: the layouts are those with which the blocks were allocated, and each byte is
            // written first.
            unsafe {
                let block = ALLOCATOR.alloc(layout(size));
                block.write_bytes(round as u8, size);
                blocks.push((block, size));
                if round % 3 > 0 {
                    let (block, size) = blocks.swap_remove(round * 31 % blocks.len());
                    let first = block.read();
                    assert!((0..size).all(|at| block.add(at).read() == first));
                    ALLOCATOR.dealloc(block, layout(size));
                }
            }
        }
        for (block, size) in blocks {
            // SAFETY: as above.
            unsafe { ALLOCATOR.dealloc(block, layout(size)) };
        }
    }
}
