//! Session descriptions with one audio stream.

use std::net::SocketAddr;

use crate::codec::Codec;

/// Which way audio flows, as the one who says it sees it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Direction {
    Both,
    SendOnly,
    ReceiveOnly,
    Neither,
}

impl Direction {
    fn attribute(self) -> &'static str {
        match self {
            Self::Both => "sendrecv",
            Self::SendOnly => "sendonly",
            Self::ReceiveOnly => "recvonly",
            Self::Neither => "inactive",
        }
    }

    /// The same as the other end sees it.
    pub(crate) fn mirrored(self) -> Self {
        match self {
            Self::SendOnly => Self::ReceiveOnly,
            Self::ReceiveOnly => Self::SendOnly,
            same => same,
        }
    }

    pub(crate) fn sends(self) -> bool {
        matches!(self, Self::Both | Self::SendOnly)
    }
}

/// What the other end said about its audio.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    pub(crate) address: SocketAddr,
    /// The codecs it names that we know, in its order, with its payload types. Opus is always [`Codec::Opus`].
    pub(crate) codecs: Vec<(Codec, u8)>,
    /// Its payload type for RFC 4733 digits.
    pub(crate) events: Option<u8>,
    pub(crate) direction: Direction,
}

impl Description {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut host = "127.0.0.1";
        let mut direction = Direction::Both;
        let mut port: Option<u16> = None;
        let mut types: Vec<u8> = Vec::new();
        let mut names: Vec<(u8, &str)> = vec![(0, "PCMU/8000"), (8, "PCMA/8000")];
        for line in text.lines() {
            if let Some(address) = line.strip_prefix("c=IN IP4 ") {
                host = address.trim();
            } else if let Some(media) = line.strip_prefix("m=audio ") {
                let mut words = media.split_whitespace();
                port = words.next()?.parse().ok();
                types = words.skip(1).filter_map(|word| word.parse().ok()).collect();
            } else if let Some((number, name)) = line.strip_prefix("a=rtpmap:").and_then(|map| map.split_once(' ')) {
                names.push((number.parse().ok()?, name.trim()));
            } else {
                direction = match line.trim() {
                    "a=sendrecv" => Direction::Both,
                    "a=sendonly" => Direction::SendOnly,
                    "a=recvonly" => Direction::ReceiveOnly,
                    "a=inactive" => Direction::Neither,
                    _ => direction,
                };
            }
        }
        let named = |number: u8, wanted: &str| {
            names.iter().any(|(at, name)| *at == number && name.trim_end_matches("/1").eq_ignore_ascii_case(wanted))
        };
        let codec = |number: u8| Codec::ALL.into_iter().find(|codec| named(number, codec.encoding()));
        Some(Self {
            address: format!("{host}:{}", port?).parse().ok()?,
            codecs: types.iter().filter_map(|&number| Some((codec(number)?, number))).collect(),
            events: types.iter().copied().find(|&number| named(number, "telephone-event/8000")),
            direction,
        })
    }
}

/// Our own description. `version` counts up each time it changes; `ptime`: the length of packets that we ask for, in ms.
pub(crate) fn describe(
    port: u16,
    codecs: &[(Codec, u8)],
    events: Option<u8>,
    direction: Direction,
    version: u32,
    ptime: u32,
) -> String {
    let mut types: Vec<String> = codecs.iter().map(|(_, number)| number.to_string()).collect();
    types.extend(events.map(|number| number.to_string()));
    let mut text = format!(
        "v=0\r\no=rig 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n\
         m=audio {port} RTP/AVP {}\r\n",
        types.join(" ")
    );
    for (codec, number) in codecs {
        text.push_str(&format!("a=rtpmap:{number} {}\r\n", codec.encoding()));
        if let Some(parameters) = codec.parameters() {
            text.push_str(&format!("a=fmtp:{number} {parameters}\r\n"));
        }
    }
    if let Some(number) = events {
        text.push_str(&format!("a=rtpmap:{number} telephone-event/8000\r\na=fmtp:{number} 0-16\r\n"));
    }
    text.push_str(&format!("a=ptime:{ptime}\r\na={}\r\n", direction.attribute()));
    text
}
