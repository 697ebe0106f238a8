//! A way to a server that can be cut or clogged.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What becomes of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Way {
    /// They go through.
    Open,
    /// They wait, and so does who connects.
    Clogged,
    /// Connections are closed, old ones and new ones.
    Cut,
}

/// Forwards connections.
pub struct Proxy {
    pub port: u16,
    way: Arc<AtomicU8>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

impl Proxy {
    /// To this port of the loopback.
    pub fn to(target: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let way = Arc::new(AtomicU8::new(Way::Open as u8));
        let streams: Arc<Mutex<Vec<TcpStream>>> = Arc::default();
        let (ways, all) = (way.clone(), streams.clone());
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if ways.load(Ordering::SeqCst) == Way::Cut as u8 {
                    continue;
                }
                let Ok(far) = TcpStream::connect(("127.0.0.1", target)) else { continue };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to, ways) = (from.try_clone().unwrap(), to.try_clone().unwrap(), ways.clone());
                    std::thread::spawn(move || pump(from, to, &ways));
                }
                all.lock().unwrap().extend([near, far]);
            }
        });
        Proxy { port, way, streams }
    }

    pub fn set(&self, way: Way) {
        self.way.store(way as u8, Ordering::SeqCst);
        if way == Way::Cut {
            for stream in self.streams.lock().unwrap().drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, way: &AtomicU8) {
    let mut bytes = [0; 16_384];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        while way.load(Ordering::SeqCst) == Way::Clogged as u8 {
            std::thread::sleep(Duration::from_millis(2));
        }
        if to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
