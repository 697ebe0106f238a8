//! A first-in first-out buffer for one thread.

/// Holds up to a fixed number of items, handing them out as one slice.
///
/// The memory is twice the capacity: items move to its front only when its end is reached, which is rare as long as
/// little is in it.
pub(super) struct Fifo<T> {
    data: Box<[T]>,
    start: usize,
    end: usize,
}

impl<T: Copy + Default> Fifo<T> {
    pub fn new(capacity: usize) -> Fifo<T> {
        Fifo { data: vec![T::default(); 2 * capacity].into(), start: 0, end: 0 }
    }

    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Appends, dropping the oldest items if there is not enough room; returns how many were dropped.
    pub fn push(&mut self, items: &[T]) -> usize {
        let capacity = self.data.len() / 2;
        let fitting = &items[items.len().saturating_sub(capacity)..];
        let excess = (self.len() + fitting.len()).saturating_sub(capacity);
        self.skip(excess);
        if self.end + fitting.len() > self.data.len() {
            self.data.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        self.data[self.end..self.end + fitting.len()].copy_from_slice(fitting);
        self.end += fitting.len();
        items.len() - fitting.len() + excess
    }

    /// The oldest `n` items, or all if there are fewer.
    pub fn front(&self, n: usize) -> &[T] {
        &self.data[self.start..self.end.min(self.start + n)]
    }

    /// Forgets the oldest `n` items.
    pub fn skip(&mut self, n: usize) {
        self.start += n.min(self.len());
        if self.start == self.end {
            self.clear();
        }
    }

    pub fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_order_across_its_end_and_drops_the_oldest() {
        let mut fifo = Fifo::new(4);
        assert_eq!(fifo.push(&[1, 2, 3]), 0);
        fifo.skip(2);
        assert_eq!(fifo.push(&[4, 5, 6]), 0);
        assert_eq!(fifo.front(9), [3, 4, 5, 6]);
        assert_eq!(fifo.push(&[7, 8, 9]), 3);
        assert_eq!(fifo.front(2), [6, 7]);
        assert_eq!(fifo.push(&[1, 2, 3, 4, 5]), 5);
        assert_eq!(fifo.front(9), [2, 3, 4, 5]);
        fifo.skip(100);
        assert_eq!(fifo.len(), 0);
    }
}
