//! Through all visits that a filter leaves, from the earliest on.

use crate::admin::Refusal;
use crate::admin::app::Shared;
use crate::directory::{PastVisit, VisitFilter};

/// See the module's text.
pub(super) struct Walk {
    app: Shared,
    filter: VisitFilter,
    behind: Option<(jiff::Timestamp, i64)>,
    is_over: bool,
}

impl Walk {
    pub(super) fn through(app: &Shared, filter: VisitFilter) -> Walk {
        Walk { app: app.clone(), filter, behind: None, is_over: false }
    }

    /// The next of them; nothing once all were there.
    pub(super) async fn next(&mut self) -> Result<Vec<PastVisit>, Refusal> {
        if self.is_over {
            return Ok(Vec::new());
        }
        let (filter, behind) = (self.filter.clone(), self.behind);
        let part = self.app.read(move |desk| desk.visits_behind(&filter, behind, PART)).await?;
        self.behind = part.last().map(|last| (last.came, last.id));
        self.is_over = part.len() < PART as usize;
        Ok(part)
    }
}

/// So many at a time: a few milliseconds of the directory's thread.
const PART: u32 = 2000;
