//! Names that are taken, folders that are missing, and files that are continued.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use crate::common::{FORMATS, Studio, level, played, salvaged, tone};
use conclave::audio::SampleRate;
use conclave::record::{Format, Job, RecordError};

const RATE: SampleRate = SampleRate::Hz16000;

#[test]
fn no_file_is_overwritten() {
    let mut studio = Studio::new("taken", RATE);
    let names: Vec<_> = (1..4).map(|id| studio.record(id, Format::Wav, RATE, false)).collect();
    let names: Vec<_> = names.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["room.wav", "room-1.wav", "room-2.wav"]);
    // A file that is being written is not continued by another.
    assert_eq!(studio.record(4, Format::Wav, RATE, true).file_name().unwrap(), "room-3.wav");
}

#[test]
fn folders_are_made() {
    let mut studio = Studio::new("folders", RATE);
    let path = studio.folder.join("2026/11/room.wav");
    let tap = studio.tap();
    studio.recorder().start(1, Job { path, format: Format::Wav, rate: RATE, tap, append: false, paused: false });
    let path = studio.began(1);
    assert!(path.ends_with("2026/11/room.wav"));
    assert_eq!(path.parent().unwrap().metadata().unwrap().permissions().mode() & 0o027, 0);
}

/// Lengths that end within a frame and within a packet, and some that do not.
#[test]
fn a_file_goes_on_where_it_ended() {
    for format in FORMATS {
        let mut studio = Studio::new("append", RATE);
        let lengths = [300, 20, 1024, 256, 700];
        let said = tone(RATE, RATE.samples_in_ms(lengths.iter().sum()));
        let mut done = 0;
        for (id, ms) in (1..).zip(lengths) {
            let path = studio.record(id, format, RATE, true);
            assert_eq!(path.file_name().unwrap().to_str(), Some(format!("room.{}", format.ending()).as_str()));
            let next = done + RATE.samples_in_ms(ms) / 320 * 320;
            studio.say(&said[done..next]);
            assert_eq!(studio.stop(id), Duration::from_millis(ms as u64 / 20 * 20));
            done = next;
            // Opus is a new stream each time, which opusdec plays; its length is that of all.
            let (_, heard) = played(&path);
            assert_eq!(heard.len(), done, "{format:?}");
            match format {
                Format::Opus => assert!(level(&heard) > 8000.0),
                _ => assert!(heard == said[..done], "{format:?}"),
            }
        }
    }
}

#[test]
fn it_keeps_the_rate_of_the_file() {
    for format in [Format::Wav, Format::Flac] {
        let mut studio = Studio::new("rate", RATE);
        for (id, rate) in [(1, SampleRate::Hz8000), (2, RATE)] {
            let path = studio.record(id, format, rate, true);
            studio.say(&tone(RATE, RATE.samples_in_ms(500)));
            assert_eq!(studio.stop(id), Duration::from_millis(500));
            assert_eq!(played(&path).0, 8000);
        }
        assert_eq!(played(&studio.folder.join(format!("room.{}", format.ending()))).1.len(), 8000);
    }
}

/// As after a crash between the two writes, or in the middle of the first.
#[test]
fn what_was_not_counted_or_torn_is_no_obstacle() {
    for format in FORMATS {
        let mut studio = Studio::new("torn", RATE);
        let path = studio.record(1, format, RATE, true);
        let said = tone(RATE, 3 * 4096 / 320 * 320);
        studio.say(&said);
        // Not stopped: the file as it is after a crash.
        std::thread::sleep(Duration::from_millis(400));
        let mut before = fs::read(&path).unwrap();
        studio.stop(1);
        let after = fs::read(&path).unwrap();
        for torn in [0, 1, 7, 33] {
            let whole = before.len();
            before.extend(&after[whole.min(after.len())..(whole + torn).min(after.len())]);
            fs::write(&path, &before).unwrap();
            before.truncate(whole);
            let path = studio.record(2, format, RATE, true);
            studio.say(&said[..3200]);
            studio.stop(2);
            let (_, heard) = salvaged(&path);
            let kept = heard.len() - 3200;
            match format {
                // Half a tick is kept back until the next one.
                Format::Wav => assert_eq!(kept, said.len() - 160 + torn / 2),
                Format::Flac => assert_eq!(kept, 2 * 4096),
                // The first packet is written by itself, and then a page a second.
                Format::Opus => assert!((1..=320).contains(&kept), "{kept}"),
            }
            if format != Format::Opus {
                assert!(heard[..8192] == said[..8192] && heard[kept..] == said[..3200], "{format:?} {torn}");
            }
        }
    }
}

#[test]
fn a_file_of_somebody_else_is_left_alone() {
    for format in FORMATS {
        for (n, content) in [&b"RIFF and so on"[..], &[0; 4000]].into_iter().enumerate() {
            let mut studio = Studio::new("foreign", RATE);
            let path = studio.folder.join(format!("room.{}", format.ending()));
            fs::write(&path, content).unwrap();
            let tap = studio.tap();
            let job = Job { path: path.clone(), format, rate: RATE, tap, append: true, paused: false };
            studio.recorder().start(1, job);
            assert!(matches!(studio.failed(1), RecordError::NotOurs), "{format:?} {n}");
            assert_eq!(fs::read(&path).unwrap(), content);
        }
    }
    let mut studio = Studio::new("empty", RATE);
    let path = studio.folder.join("room.wav");
    fs::write(&path, "").unwrap();
    assert_eq!(studio.record(1, Format::Wav, RATE, true), path);
    studio.say(&[1000; 320]);
    studio.stop(1);
    assert_eq!(played(&path).1, [1000; 320]);
}

#[test]
fn a_wav_file_grows_beyond_four_gigabytes() {
    let mut studio = Studio::new("large", RATE);
    let path = studio.record(1, Format::Wav, RATE, true);
    studio.stop(1);
    // All holes, so it takes no space.
    let mut file = fs::OpenOptions::new().read(true).write(true).open(&path).unwrap();
    let just_below = (1 << 32) - 2000;
    file.set_len(80 + just_below).unwrap();
    let path = studio.record(2, Format::Wav, RATE, true);
    studio.say(&[1000; 640]);
    studio.stop(2);
    assert_eq!(sizes(&path), (*b"RIFF", just_below + 1280));
    let path = studio.record(3, Format::Wav, RATE, true);
    studio.say(&[1000; 640]);
    studio.stop(3);
    assert_eq!(sizes(&path), (*b"RF64", just_below + 2560));
    // And goes on as that.
    let path = studio.record(4, Format::Wav, RATE, true);
    studio.say(&[-2; 320]);
    studio.stop(4);
    assert_eq!(sizes(&path), (*b"RF64", just_below + 3200));
    file.seek(SeekFrom::Start(0)).and_then(|_| file.flush()).unwrap();
}

/// What a WAV file says that it is, and how many bytes of samples it says it has.
fn sizes(path: &std::path::Path) -> ([u8; 4], u64) {
    use std::os::unix::fs::FileExt;
    let mut head = [0; 80];
    fs::File::open(path).unwrap().read_exact_at(&mut head, 0).unwrap();
    assert_eq!(&head[72..76], b"data");
    let kind: [u8; 4] = head[..4].try_into().unwrap();
    let small = u32::from_le_bytes(head[76..80].try_into().unwrap());
    let large = u64::from_le_bytes(head[28..36].try_into().unwrap());
    (kind, if kind == *b"RF64" { large } else { small.into() })
}

#[test]
fn an_opus_stream_without_sound_is_taken_back() {
    let mut studio = Studio::new("headers", RATE);
    let path = studio.record(1, Format::Opus, RATE, true);
    studio.say(&tone(RATE, 3200));
    studio.stop(1);
    let whole = fs::read(&path).unwrap();
    // As after a crash at the very beginning, of the first recording and of the second.
    let pages: Vec<usize> = (0..whole.len() - 4).filter(|place| whole[*place..].starts_with(b"OggS")).collect();
    for (before, kept) in [(0, 0), (whole.len(), 3200)] {
        for torn in [pages[1], pages[1] + 9, pages[2], pages[2] + 12] {
            let mut bytes = whole[..before].to_vec();
            bytes.extend(&whole[..torn]);
            fs::write(&path, bytes).unwrap();
            let path = studio.record(2, Format::Opus, RATE, true);
            studio.say(&tone(RATE, 6400));
            studio.stop(2);
            assert_eq!(played(&path).1.len(), kept + 6400, "{before} {torn}");
        }
    }
}
