//! What the terminal shows.

use std::io::{IsTerminal, stdout};
use std::thread::sleep;
use std::time::{Duration, Instant};

use conclave_rig::{Pbx, Trouble};

/// The story so far, and below it the room as the console shows it, live.
pub struct Screen {
    live: bool,
    /// Lines of the room's picture that stand below the story.
    drawn: usize,
    last: String,
}

impl Screen {
    pub fn new() -> Screen {
        Screen { live: stdout().is_terminal(), drawn: 0, last: String::new() }
    }

    pub fn tell(&mut self, text: &str) {
        self.rub_out();
        println!("\n{text}");
        self.last.clear();
    }

    pub fn watch(&mut self, asterisk: &Pbx, time: Duration) -> Result<(), Trouble> {
        let until = Instant::now() + time;
        loop {
            let room = asterisk.cli("conclave show room 8000")?;
            // The time grows each second: on paper that alone is no news.
            let news = if self.live { room.clone() } else { room.lines().map(without_time).collect() };
            if news != self.last {
                self.rub_out();
                for line in room.lines() {
                    let (bold, plain) =
                        if self.live && line.contains(" talking ") { ("\x1b[1;32m", "\x1b[0m") } else { ("", "") };
                    println!("    {bold}{line}{plain}");
                }
                self.drawn = room.lines().count();
                self.last = news;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            sleep(left.min(Duration::from_millis(200)));
        }
    }

    fn rub_out(&mut self) {
        if self.live && self.drawn > 0 {
            // Up, and clear to the end of the screen.
            print!("\x1b[{}A\x1b[J", self.drawn);
        }
        self.drawn = 0;
    }
}

fn without_time(line: &str) -> &str {
    line.trim_end().rsplit_once(' ').map_or(line, |(rest, _)| rest)
}
