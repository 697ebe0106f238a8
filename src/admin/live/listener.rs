//! One who listens.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame};
use tokio::sync::broadcast;
use tokio::time::timeout;

use super::News;
use super::batch::Viewer;
use super::sessions::Session;

/// One who listens: a stream of server-sent events. It ends when he is too slow, when he is signed out, and when all is
/// stopped; whoever comes again begins with how things are then.
pub(in crate::admin) struct Listener {
    next: Pin<Box<Next>>,
}

/// What he hears next, and where he is then; nothing: it is over.
type Next = dyn Future<Output = Option<(Bytes, Place)>> + Send;

/// Where he is in what there is to hear.
struct Place {
    session: Session,
    viewer: Viewer,
    /// What he hears before there is news again.
    pieces: std::vec::IntoIter<Bytes>,
    news: broadcast::Receiver<News>,
}

impl Listener {
    pub(super) fn new(
        session: Session,
        viewer: Viewer,
        first: Vec<Bytes>,
        news: broadcast::Receiver<News>,
    ) -> Listener {
        let place = Place { session, viewer, pieces: first.into_iter(), news };
        Listener { next: Box::pin(place.next()) }
    }
}

impl Body for Listener {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = ready!(self.next.as_mut().poll(context));
        self.next = match next {
            Some((text, place)) => {
                self.next = Box::pin(place.next());
                return Poll::Ready(Some(Ok(Frame::data(text))));
            }
            None => Box::pin(std::future::pending()),
        };
        Poll::Ready(None)
    }
}

impl Place {
    async fn next(mut self) -> Option<(Bytes, Place)> {
        loop {
            if let Some(piece) = self.pieces.next() {
                return Some((piece, self));
            }
            match timeout(BEAT, self.news.recv()).await {
                Err(_) => return Some((Bytes::from_static(b":\n\n"), self)),
                Ok(Ok(News::Batch(batch))) => self.pieces = batch.for_viewer(&self.viewer).into_iter(),
                Ok(Ok(News::Ended(ended))) if !ended.contains(self.session.token()) => {}
                Ok(Ok(News::Ended(_) | News::Stopped) | Err(_)) => return None,
            }
        }
    }
}

/// After so long without news a comment is sent, so that whoever is between does not think the connection dead.
const BEAT: Duration = Duration::from_secs(15);
