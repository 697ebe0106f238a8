//! A value that may be shared between threads, because only who has it alone can get at it.
//!
//! It stands in for the published crate of this name, whose licence (Apache-2.0 alone) does not fit into a program under
//! version 2 of the GPL such as Asterisk, and has as much of its interface as axum and tower use.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// See the crate's text.
#[derive(Default)]
#[repr(transparent)]
pub struct SyncWrapper<T: ?Sized>(T);

// SAFETY: of a shared `SyncWrapper` nothing can be had: every method takes it by value or alone.
unsafe impl<T: ?Sized> Sync for SyncWrapper<T> {}

impl<T> SyncWrapper<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> SyncWrapper<T> {
        SyncWrapper(value)
    }

    /// Takes it out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: ?Sized> SyncWrapper<T> {
    /// The value, for who has the wrapper alone.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// The same, pinned.
    pub fn get_pin_mut(self: Pin<&mut Self>) -> Pin<&mut T> {
        // SAFETY: the value is pinned as long as its wrapper is, and is never moved out of a pinned one.
        unsafe { self.map_unchecked_mut(|wrapper| &mut wrapper.0) }
    }
}

impl<F: Future + ?Sized> Future for SyncWrapper<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        self.get_pin_mut().poll(context)
    }
}
