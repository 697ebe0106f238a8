//! Many who listen: those who do not read harm nobody.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

use conclave::directory::AccountRole;
use conclave::room::RoomNumber;
use conclave::service::{Happening, Picture, RoomPicture};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use crate::common::{Client, PATIENCE, World};
use crate::live_hall::{Listener, member, room};

/// So many listen from other addresses, and read nothing.
fn deaf_listeners(client: &Client, count: u16) -> Vec<TcpStream> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (address, token) = client.way_in();
    let head = format!("GET /api/v1/events HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n");
    let connect = async |number: u16| {
        let socket = TcpSocket::new_v4().unwrap();
        let from = Ipv4Addr::new(127, 0, 1 + number.to_be_bytes()[0], number.to_be_bytes()[1].max(1));
        socket.bind(SocketAddr::from((from, 0))).unwrap();
        let mut stream = socket.connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    };
    let all = runtime.block_on(async {
        let mut all = Vec::new();
        for number in 0..count {
            all.push(connect(number).await);
        }
        all
    });
    // They are only kept open: nobody polls them any more.
    std::mem::forget(runtime);
    all
}

fn resident_kb() -> i64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// In a process of its own, where no other test takes memory.
#[test]
fn a_thousand_who_do_not_read_cost_little_and_keep_nobody_waiting() {
    const ALONE: &str = "CONCLAVE_LISTENS_ALONE";
    const NAME: &str = "live_listeners::a_thousand_who_do_not_read_cost_little_and_keep_nobody_waiting";
    if std::env::var_os(ALONE).is_none() {
        let mut alone = Command::new(std::env::current_exe().unwrap());
        let output = alone.args(["--exact", NAME, "--nocapture"]).env(ALONE, "yes").output().unwrap();
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
        return said.lines().filter(|line| line.contains(" batches ")).for_each(|line| println!("{line}"));
    }
    let world = World::new("deaf");
    let oper = world.account("oper", AccountRole::Operator);
    let number = RoomNumber::parse("8001").unwrap();
    let mut big = room(500, None);
    world.rooms.show(&[("8001", &big)]);
    let mut reader = Listener::new(&oper, "/events");
    reader.take("rooms");
    let before = resident_kb();
    let deaf = deaf_listeners(&oper, 1000);
    let listeners = || oper.get("/health").json(200)["listeners"].as_u64().unwrap();
    let patience = Instant::now() + PATIENCE;
    while listeners() < 1001 {
        assert!(Instant::now() < patience, "only {} listen", listeners());
        sleep(Duration::from_millis(50));
    }
    // 150 KB go out each time: a room of 500 opens anew.
    let mut slowest = Duration::ZERO;
    let mut most = 0;
    let begun = Instant::now();
    let mut times = 0;
    while begun.elapsed() < Duration::from_secs(10) {
        big.opened += Duration::from_secs(1);
        let picture =
            Picture { rooms: [(number.clone(), Arc::new(RoomPicture::clone(&big)))].into(), ..Picture::default() };
        *world.rooms.picture.lock().unwrap() = Arc::new(picture);
        let shown = Instant::now();
        world.rooms.tell(&Happening { name: "Opened", fields: vec![("Room", "8001".into())] });
        assert_eq!(reader.wait_for("room")["members"].as_array().unwrap().len(), 500);
        // Both batches that there may have been, of the room and of what happened, are 200 ms old before the next ones:
        // else those would wait for their turn.
        slowest = slowest.max(shown.elapsed());
        most = most.max(resident_kb() - before);
        times += 1;
        sleep(Duration::from_millis(450));
    }
    println!(
        "{times} batches of 150 KB to 1001 listeners: the reader got each within {slowest:?}; {most} kB more memory"
    );
    assert!(most < 150_000, "{most} kB more memory");
    // Those who do not read are let go.
    let patience = Instant::now() + 2 * PATIENCE;
    while listeners() > 1 {
        assert!(Instant::now() < patience, "{} still listen", listeners());
        sleep(Duration::from_millis(500));
    }
    drop(deaf);
}

#[test]
fn a_room_of_500_costs_a_listener_little() {
    let world = World::new("big");
    let oper = world.account("oper", AccountRole::Operator);
    let mut big = room(500, None);
    world.rooms.show(&[("8001", &big)]);
    let mut reader = Listener::new(&oper, "/events");
    let first: usize = reader.bytes_until("\n\n");
    // Ten talk, louder and softer each time; one comes and one goes every second; somebody is muted.
    let (mut levels, mut rest) = (0, 0);
    for step in 0..25_u32 {
        for talker in 0..10 {
            big.members[50 * talker].talking = true;
            big.members[50 * talker].level = Some(-20 - ((step + talker as u32) % 15) as i8);
        }
        let changes = step % 5 == 0;
        if changes {
            big.members.pop();
            big.members.push(member(501 + step));
            big.members[3].mutes.imposed ^= true;
        }
        world.rooms.show(&[("8001", &big)]);
        let bytes = reader.bytes_until("event: levels") + reader.bytes_until("\n\n");
        if changes { rest += bytes } else { levels += bytes }
    }
    println!(
        "a room of 500: {first} bytes at first; then in five seconds {levels} for levels, {rest} where members changed"
    );
    assert!(first < 250_000 && levels + rest < 5 * 4000, "{first}, {levels}, {rest}");
}
