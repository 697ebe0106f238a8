//! The configuration of a private FreeSWITCH: only what a call needs.

use super::settings::Section;
use crate::esl::PASSWORD;
use crate::pbx::Builder;
use crate::ports::Ports;

/// The SIP profile's name.
pub(super) const PROFILE: &str = "callers";

/// The file that takes in all others. An instruction to take in has a line of its own.
pub(super) const WHOLE: &str = r#"<?xml version="1.0"?>
<document type="freeswitch/xml">
  <X-PRE-PROCESS cmd="set" data="default_language=en"/>
  <X-PRE-PROCESS cmd="set" data="loopback_initial_codec=L16@16000h@20i"/>
  <section name="configuration">
    <X-PRE-PROCESS cmd="include" data="autoload_configs/*.conf.xml"/>
  </section>
  <section name="dialplan">
    <X-PRE-PROCESS cmd="include" data="dialplan/*.xml"/>
  </section>
  <section name="languages">
    <X-PRE-PROCESS cmd="include" data="languages/*.xml"/>
  </section>
</document>
"#;

/// Names of configurations, and their text.
pub(super) fn files(ports: &Ports, builder: &Builder) -> Vec<(&'static str, String)> {
    let rtp = ports.rtp();
    // FreeSWITCH has the last port that is even, and warns of another.
    let (start, end) = (rtp.start().to_string(), (rtp.end() & !1).to_string());
    let (sip, socket) = (ports.sip().to_string(), ports.console().to_string());
    let switch = [
        ("loglevel", "info"),
        ("colorize-console", "false"),
        ("core-db-dsn", "sqlite://memory://file:core?mode=memory&cache=shared"),
        ("max-sessions", "10000"),
        ("sessions-per-second", "1000"),
        ("rtp-start-port", &start),
        ("rtp-end-port", &end),
    ];
    let event_socket = [
        ("listen-ip", "127.0.0.1"),
        ("listen-port", &socket),
        ("password", PASSWORD),
        ("nat-map", "false"),
        ("stop-on-bind-error", "true"),
    ];
    let profile = [
        ("sip-ip", "127.0.0.1"),
        ("rtp-ip", "127.0.0.1"),
        ("sip-port", &sip),
        ("bind-params", "transport=udp"),
        ("context", "from-callers"),
        ("dialplan", "XML"),
        ("auth-calls", "false"),
        ("disable-register", "true"),
        ("manage-presence", "false"),
        ("inbound-codec-prefs", CODECS),
        ("outbound-codec-prefs", CODECS),
        ("inbound-late-negotiation", "true"),
        ("rtp-timer-name", "soft"),
        ("enable-timer", "false"),
        // Digits by SIP INFO count as those by RFC 4733 do.
        ("liberal-dtmf", "true"),
        // Silence is sent as sound, and comes as often as sound.
        ("suppress-cng", "true"),
    ];
    let opus = [("use-vbr", "1"), ("complexity", "5"), ("keep-fec-enabled", "1")];
    let level = r#"<map name="all" value="console,info,notice,warning,err,crit,alert"/>"#;
    vec![
        ("switch", configuration("switch", &settings(&switch))),
        ("modules", modules(builder)),
        ("event_socket", configuration("event_socket", &settings(&event_socket))),
        ("opus", configuration("opus", &settings(&opus))),
        ("logfile", configuration("logfile", &profiles("default", &format!("<mappings>{level}</mappings>")))),
        ("sofia", configuration("sofia", &profiles(PROFILE, &settings(&profile)))),
        ("conference", configuration("conference", &profiles("default", CONFERENCE))),
        ("local_stream", configuration("local_stream", "")),
    ]
}

/// The classes of `musiconhold.conf`.
pub(super) fn local_streams(classes: &[Section]) -> String {
    let streams = classes.iter().map(|class| {
        let folder = class.lines.iter().find(|(name, _)| name == "directory").map_or("", |(_, folder)| folder);
        let settings: String = [("rate", "8000"), ("channels", "1"), ("interval", "20"), ("timer-name", "soft")]
            .map(|(name, value)| param(name, value))
            .concat();
        format!("<directory name=\"{}\" path=\"{}\">{settings}</directory>\n", escaped(&class.name), escaped(folder))
    });
    configuration("local_stream", &streams.collect::<String>())
}

pub(super) fn configuration(name: &str, inside: &str) -> String {
    format!("<configuration name=\"{name}.conf\">\n{inside}\n</configuration>\n")
}

pub(super) fn param(name: &str, value: &str) -> String {
    format!("<param name=\"{}\" value=\"{}\"/>\n", escaped(name), escaped(value))
}

/// Text as it may stand in an attribute.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn settings(settings: &[(&str, &str)]) -> String {
    let settings: String = settings.iter().map(|(name, value)| param(name, value)).collect();
    format!("<settings>\n{settings}</settings>")
}

fn profiles(name: &str, inside: &str) -> String {
    format!("<profiles><profile name=\"{name}\">\n{inside}\n</profile></profiles>")
}

fn modules(builder: &Builder) -> String {
    let own = builder.modules.iter().map(|(name, _)| name.trim_end_matches(".so"));
    let usual = MODULES.into_iter().filter(|name| !builder.without.iter().any(|left_out| left_out == name));
    // It takes a module that is not there for a fault.
    let usual = usual.filter(|name| *name != SPANDSP || has_spandsp());
    let loads: String = usual.chain(own).map(|name| format!("<load module=\"{name}\"/>\n")).collect();
    configuration("modules", &format!("<modules>\n{loads}</modules>"))
}

const CODECS: &str = "PCMU,PCMA,G722,L16@16000h@20i,OPUS@48000h@20i,GSM";

const CONFERENCE: &str =
    r#"<param name="rate" value="48000"/><param name="interval" value="20"/><param name="energy-level" value="0"/>"#;

/// Whether the FreeSWITCH has G.722 and GSM: not every build has the library that they come from.
pub(super) fn has_spandsp() -> bool {
    super::prefix().is_ok_and(|prefix| prefix.join("lib/freeswitch/mod").join(SPANDSP).with_extension("so").is_file())
}

const SPANDSP: &str = "mod_spandsp";

const MODULES: [&str; 13] = [
    "mod_logfile",
    "mod_event_socket",
    "mod_commands",
    "mod_dptools",
    "mod_dialplan_xml",
    "mod_sndfile",
    "mod_tone_stream",
    "mod_local_stream",
    SPANDSP,
    "mod_opus",
    "mod_loopback",
    "mod_conference",
    "mod_sofia",
];
