//! Bodies: of requests, which may come slowly but not too slowly; of answers, which hold on to something.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// The body of a request, ended by an error if it comes too slowly.
pub(super) fn slow(body: Incoming) -> impl HttpBody<Data = Bytes, Error = BodyError> + Send + 'static {
    Slow { body, late: None }
}

type BodyError = Box<dyn Error + Send + Sync>;

struct Slow {
    body: Incoming,
    /// From when it is first asked for.
    late: Option<Pin<Box<Sleep>>>,
}

impl HttpBody for Slow {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Slow { body, late } = &mut *self;
        let late = late.get_or_insert_with(|| Box::pin(sleep(GRACE)));
        match Pin::new(body).poll_frame(context) {
            Poll::Ready(frame) => {
                if let Some(Ok(frame)) = &frame
                    && let Some(data) = frame.data_ref()
                {
                    let worth = Duration::from_secs_f64(data.len() as f64 / SLOWEST);
                    let until = (late.deadline() + worth).min(Instant::now() + GRACE);
                    late.as_mut().reset(until);
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => match late.as_mut().poll(context) {
                Poll::Ready(()) => Poll::Ready(Some(Err(TooSlow.into()))),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// How the error of a body that came too slowly can be told from others, when only its words are left.
pub(super) const TOO_SLOWLY: &str = "it came too slowly";

/// Why a body was not read to its end.
#[derive(Debug)]
struct TooSlow;

impl std::fmt::Display for TooSlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(TOO_SLOWLY)
    }
}

impl Error for TooSlow {}

/// The body of an answer, which keeps something for as long as it is being sent.
pub(super) struct Kept<T> {
    body: Body,
    _kept: T,
}

impl<T> Kept<T> {
    pub(super) fn new(body: Body, kept: T) -> Kept<T> {
        Kept { body, _kept: kept }
    }
}

impl<T: Unpin> HttpBody for Kept<T> {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// So long nothing need come, and so far ahead one can be.
const GRACE: Duration = Duration::from_secs(10);

/// Bytes a second.
const SLOWEST: f64 = 4096.0;
