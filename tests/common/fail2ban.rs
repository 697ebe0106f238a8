//! The filters for fail2ban that are shipped, and what they find.

#![allow(dead_code, reason = "not every program asks both")]

use std::{fs, net::IpAddr};

/// A shipped filter. Only what it uses of regular expressions is understood here: `^`, `$`, `\S+`, `\d+`, `<ADDR>`,
/// and letters.
pub struct Filter(Vec<Piece>);

#[derive(Clone, Debug, PartialEq)]
enum Piece {
    Start,
    End,
    Letter(char),
    Words,
    Digits,
    Address,
}

impl Filter {
    /// Reads the one for Asterisk.
    pub fn read() -> Filter {
        Filter::of("conclave")
    }

    /// Reads the one for FreeSWITCH.
    pub fn read_freeswitchs() -> Filter {
        Filter::of("conclave-freeswitch")
    }

    fn of(name: &str) -> Filter {
        let path = format!("examples/fail2ban/filter.d/{name}.conf");
        let text = fs::read_to_string(path).expect("the filter is shipped");
        let mut lines = text.lines().filter_map(|line| line.strip_prefix("failregex = "));
        let regex = lines.next().expect("it has a failregex");
        assert_eq!(lines.next(), None);
        let mut pieces = Vec::new();
        let mut rest = regex;
        while let Some(first) = rest.chars().next() {
            let known = [("<ADDR>", Piece::Address), (r"\S+", Piece::Words), (r"\d+", Piece::Digits)];
            if let Some((text, piece)) = known.into_iter().find(|(text, _)| rest.starts_with(text)) {
                pieces.push(piece);
                rest = &rest[text.len()..];
                continue;
            }
            rest = &rest[first.len_utf8()..];
            pieces.push(match first {
                '^' => Piece::Start,
                '$' => Piece::End,
                '\\' => {
                    let escaped = rest.chars().next().expect("something is escaped");
                    assert!("[].".contains(escaped), "\\{escaped} is not understood by this test");
                    rest = &rest[1..];
                    Piece::Letter(escaped)
                }
                other => {
                    assert!(!"[](){}*+?|.<>".contains(other), "{other} is not understood by this test");
                    Piece::Letter(other)
                }
            });
        }
        assert_eq!(pieces.first(), Some(&Piece::Start), "found anywhere in a line, it could be somebody else's words");
        Filter(pieces)
    }

    /// The address that is banned.
    pub fn address<'a>(&self, line: &'a str) -> Option<&'a str> {
        let mut found = None;
        matches(&self.0, line, line.len(), &mut found).then_some(())?;
        let (from, to) = found?;
        Some(&line[from..to])
    }
}

/// Whether the rest of a line matches; where its address stands.
fn matches(pieces: &[Piece], rest: &str, length: usize, found: &mut Option<(usize, usize)>) -> bool {
    let Some((piece, pieces)) = pieces.split_first() else { return true };
    let longest = |fits: fn(char) -> bool| rest.find(|c: char| !fits(c)).unwrap_or(rest.len());
    let at = length - rest.len();
    let mut shorter = |most: usize, address: bool| {
        (1..=most).rev().any(|end| {
            if !rest.is_char_boundary(end) || address && rest[..end].parse::<IpAddr>().is_err() {
                return false;
            }
            let fits = matches(pieces, &rest[end..], length, found);
            if fits && address {
                *found = Some((at, at + end));
            }
            fits
        })
    };
    match piece {
        Piece::Start => at == 0 && matches(pieces, rest, length, found),
        Piece::End => rest.is_empty(),
        Piece::Letter(letter) => rest.strip_prefix(*letter).is_some_and(|rest| matches(pieces, rest, length, found)),
        Piece::Words => shorter(longest(|c| !c.is_whitespace()), false),
        Piece::Digits => shorter(longest(|c| c.is_ascii_digit()), false),
        Piece::Address => shorter(longest(|c| c.is_ascii_hexdigit() || c == ':' || c == '.'), true),
    }
}
