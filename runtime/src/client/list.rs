//! A list whose first items need no allocation.

use alloc::vec::Vec;

/// Most responses fit into `N` items.
pub(super) struct List<T, const N: usize> {
    first: [Option<T>; N],
    len: usize,
    more: Vec<T>,
}

impl<T, const N: usize> List<T, N> {
    #[inline]
    pub(super) const fn new() -> Self {
        List { first: [const { None }; N], len: 0, more: Vec::new() }
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub(super) fn push(&mut self, item: T) {
        match self.first.get_mut(self.len) {
            Some(place) => *place = Some(item),
            None => self.more.push(item),
        }
        self.len += 1;
    }

    #[inline]
    pub(super) fn get(&self, at: usize) -> Option<&T> {
        match self.first.get(at) {
            Some(item) => item.as_ref(),
            None => self.more.get(at - N),
        }
    }

    #[inline]
    pub(super) fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        match self.first.get_mut(at) {
            Some(item) => item.as_mut(),
            None => self.more.get_mut(at - N),
        }
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.first.iter().flatten().chain(&self.more)
    }
}

impl<T, const N: usize> FromIterator<T> for List<T, N> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut list = List::new();
        let items = items.into_iter();
        list.more.reserve(items.size_hint().0.saturating_sub(N));
        items.for_each(|item| list.push(item));
        list
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::List;

    #[test]
    fn a_list_is_in_order_whatever_its_length() {
        for len in 0..6 {
            let mut list: List<usize, 3> = (0..len).collect();
            assert_eq!(list.len(), len);
            assert_eq!(list.get(len), None);
            assert_eq!(list.get_mut(len), None);
            for at in 0..len {
                assert_eq!(list.get(at), Some(&at));
                *list.get_mut(at).expect("an item") += 10;
            }
            assert_eq!(list.iter().copied().collect::<Vec<_>>(), (10..10 + len).collect::<Vec<_>>());
            assert_eq!(list.iter().next_back(), list.get(len.wrapping_sub(1)));
        }
    }
}
