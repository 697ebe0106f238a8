//! A room of 500 stays smooth: whoever talks, comes and goes costs as little as if there were few.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::browser::Browser;
use crate::fake;

#[test]
fn a_room_of_500_with_25_talkers_is_smooth() {
    let url = fake::serve(500, 25);
    let browser = Browser::start("crowd");
    let operator = browser.person("operator");
    operator.size(1280, 900);
    operator.open(&format!("{url}#/rooms/8000"));
    operator.see(r#"role=button[name="Mute Person 1"]"#);
    assert!(operator.count("role=row") > 500);
    operator.see(".member.talks");
    operator.evaluate(WATCH);
    sleep(Duration::from_secs(1));

    let before = operator.metrics();
    operator.evaluate("watched.reset()");
    let began = Instant::now();
    sleep(Duration::from_secs(10));
    let after = operator.metrics();
    let seconds = began.elapsed().as_secs_f64();
    let watched = operator.evaluate("watched.read()");
    let each_second = |name: &str| (after[name].as_f64().unwrap() - before[name].as_f64().unwrap()) / seconds * 1000.0;
    println!(
        "500 members, 25 talkers, 5 events a second: scripts {:.1} ms, styles {:.1} ms, layout {:.1} ms in each second; tasks above 50 ms: {}",
        each_second("ScriptDuration"),
        each_second("RecalcStyleDuration"),
        each_second("LayoutDuration"),
        watched["long"],
    );
    operator.screenshot("crowd");
    assert_eq!(watched["unseen"], 0, "rows that nobody sees were drawn: {watched}");
    assert!(watched["seen"].as_u64().unwrap() > 20, "nobody talked on the screen: {watched}");
    assert_eq!(watched["same"], true, "the rows are others than before");
    assert!(watched["added"].as_u64().unwrap() <= 12, "rows were made again: {watched}");
    // Far above what it takes, for a machine that does other things at the same time.
    assert!(each_second("ScriptDuration") < 150.0);
}

/// Counts what is touched in the list: rows on the screen and off it, rows that are new, and tasks longer than 50 ms.
const WATCH: &str = r#"(() => {
  const counts = {};
  const first = document.querySelector('[role=rowgroup] > .member:not(.heads)');
  const row = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest('.member');
  new MutationObserver((changes) => {
    for (const { target, addedNodes, type } of changes) {
      if (type === 'childList' && target.getAttribute?.('role') === 'rowgroup') counts.added += addedNodes.length;
      const element = type === 'attributes' && row(target);
      if (!element?.isConnected) continue;
      const { top, bottom } = element.getBoundingClientRect();
      // A little more than the screen, for what comes into sight next.
      if (bottom < -0.2 * innerHeight || top > 1.2 * innerHeight) counts.unseen += 1;
      else counts.seen += 1;
    }
  }).observe(document.querySelector('.roster'), { subtree: true, childList: true, attributes: true, attributeFilter: ['style', 'class'] });
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => counts.long.push(Math.round(duration)))).observe({ type: 'longtask' });
  window.watched = {
    reset: () => Object.assign(counts, { seen: 0, unseen: 0, added: 0, long: [] }),
    read: () => ({ ...counts, same: first.isConnected }),
  };
  watched.reset();
})()"#;
