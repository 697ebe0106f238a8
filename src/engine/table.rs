//! Places with tenants that come and go.

/// A table of fixed size whose places have a generation, so that the name of a former tenant means nobody.
pub(super) struct Table<T> {
    places: Vec<Place<T>>,
    free: Vec<u16>,
}

struct Place<T> {
    generation: u32,
    tenant: Option<T>,
}

impl<T> Table<T> {
    /// A table of at most 65 536 places.
    pub fn new(places: usize) -> Table<T> {
        let places = places.min(usize::from(u16::MAX) + 1);
        Table {
            places: (0..places).map(|_| Place { generation: 0, tenant: None }).collect(),
            free: (0..places).rev().map(|slot| slot as u16).collect(),
        }
    }

    /// Moves in; the answer is the place and its new generation, which is never 0.
    pub fn insert(&mut self, tenant: T) -> Option<(u16, u32)> {
        let slot = self.free.pop()?;
        let place = &mut self.places[usize::from(slot)];
        place.generation = place.generation.wrapping_add(1).max(1);
        place.tenant = Some(tenant);
        Some((slot, place.generation))
    }

    pub fn remove(&mut self, slot: u16, generation: u32) -> Option<T> {
        let place = self.places.get_mut(usize::from(slot))?;
        if place.generation != generation {
            return None;
        }
        let tenant = place.tenant.take()?;
        self.free.push(slot);
        Some(tenant)
    }

    pub fn get(&self, slot: u16, generation: u32) -> Option<&T> {
        let place = self.places.get(usize::from(slot))?;
        place.tenant.as_ref().filter(|_| place.generation == generation)
    }

    pub fn get_mut(&mut self, slot: u16, generation: u32) -> Option<&mut T> {
        let place = self.places.get_mut(usize::from(slot))?;
        place.tenant.as_mut().filter(|_| place.generation == generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_former_tenants_name_means_nobody() {
        let mut table = Table::new(1);
        let (slot, first) = table.insert('a').unwrap();
        assert_eq!(table.insert('b'), None);
        assert_eq!(table.remove(slot, first), Some('a'));
        let (_, second) = table.insert('c').unwrap();
        assert_eq!(table.get(slot, first), None);
        assert_eq!(table.remove(slot, first), None);
        assert_eq!(table.get_mut(slot, second), Some(&mut 'c'));
        assert_eq!(table.get(1, 1), None);
    }
}
