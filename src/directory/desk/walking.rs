//! History from its beginning to its end, a part at a time: each part is a transaction of its own, so that nobody waits
//! for all of it.

use jiff::Timestamp;

use super::visits::{condition, past_visit};
use super::{Desk, stored};
use crate::directory::error::Error;
use crate::directory::{PastVisit, VisitFilter};

impl Desk<'_> {
    /// The next visits behind this one, the earliest first, at most so many; without what was [talked](PastVisit::talks).
    /// The first part is behind `None`; who came and identity of the last one lead to the next part.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn visits_behind(
        &mut self,
        filter: &VisitFilter,
        behind: Option<(Timestamp, i64)>,
        most: u32,
    ) -> Result<Vec<PastVisit>, Error> {
        let (mut conditions, mut values) = condition(filter);
        if let Some((came, id)) = behind {
            let (came_at, id_at) = (values.len() + 1, values.len() + 2);
            values.extend([stored(came), id.into()]);
            let and = if conditions.is_empty() { "WHERE" } else { "AND" };
            let later = format!("came > ${came_at} OR id > ${id_at}");
            conditions = format!("{conditions} {and} came >= ${came_at} AND ({later})");
        }
        values.push(most.into());
        let sql = format!(
            "SELECT id, node, conference, account, number, tag, caller_number, caller_name, channel, role, came, went,
             result, rate, cost, '' FROM visit {conditions} ORDER BY came, id LIMIT ${}",
            values.len()
        );
        let rows = self.store.rows(&sql, &values)?;
        Ok(rows.iter().map(past_visit).collect::<Result<_, _>>()?)
    }
}
