//! The way out to somebody, who has to take what he asked for.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// A connection that breaks when its other end takes nothing for a while, though something waits for it: who only
/// connects and never reads holds on to nothing for long.
pub(super) struct Outlet<S> {
    stream: S,
    patience: Duration,
    /// Until when something has to be taken, while something waits.
    late: Option<Pin<Box<Sleep>>>,
}

impl<S> Outlet<S> {
    /// With the usual patience.
    pub(super) fn new(stream: S) -> Outlet<S> {
        Outlet { stream, patience: PATIENCE, late: None }
    }

    fn judge<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.late = None;
            return written;
        }
        let late = self.late.get_or_insert_with(|| Box::pin(sleep(self.patience)));
        late.as_mut().poll(context).map(|()| Err(io::Error::new(io::ErrorKind::TimedOut, "nothing was taken for long")))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Outlet<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Outlet<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.judge(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.judge(context, shut)
    }
}

/// So long somebody may take nothing.
const PATIENCE: Duration = Duration::from_secs(20);

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::UnixStream;

    fn pair() -> (Outlet<UnixStream>, UnixStream) {
        let (stream, other) = UnixStream::pair().unwrap();
        (Outlet { stream, patience: Duration::from_millis(50), late: None }, other)
    }

    #[tokio::test]
    async fn who_takes_nothing_is_let_go() {
        let (mut outlet, _other) = pair();
        let error = loop {
            if let Err(error) = outlet.write_all(&[0; 4096]).await {
                break error;
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn who_takes_slowly_is_waited_for() {
        let (mut outlet, mut other) = pair();
        let written = 1 << 20;
        let taking = async {
            let mut taken = 0;
            while taken < written {
                tokio::time::sleep(Duration::from_millis(10)).await;
                taken += other.read(&mut vec![0; 1 << 17]).await.unwrap();
            }
        };
        let (done, ()) = tokio::join!(async { outlet.write_all(&vec![0; written]).await }, taking);
        done.unwrap();
    }
}
