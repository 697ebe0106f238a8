//! A private Asterisk, from a Debian of its own: its configuration, its process, what it logs.

mod loader;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::ami::{Ami, SECRET, USER};
use crate::error::Trouble;
use crate::events::Packet;
use crate::pbx::folder::{link_each, link_folders, link_found, write};
use crate::pbx::{Builder, Console, Driver, workspace};
use crate::ports::Ports;

/// How an Asterisk is started, asked and read.
pub(crate) struct Asterisk;

impl Driver for Asterisk {
    fn name(&self) -> &'static str {
        "Asterisk"
    }

    fn folders(&self) -> &'static [&'static str] {
        &["etc", "modules", "data/documentation/thirdparty", "data/sounds/en", "lib/keys", "spool", "run", "log"]
    }

    fn log_file(&self) -> &'static str {
        "log/full"
    }

    fn write(&self, directory: &Path, ports: &Ports, builder: &Builder) -> Result<(), Trouble> {
        let root = debian_root()?;
        let modules = loader::library_folder(&root)?.join("asterisk/modules");
        link_each(&modules, &directory.join("modules"))?;
        let share = root.join("usr/share/asterisk");
        link_each(&share.join("documentation"), &directory.join("data/documentation"))?;
        link_each(&share.join("documentation/thirdparty"), &directory.join("data/documentation/thirdparty"))?;
        link_each(&english_prompts(&root), &directory.join("data/sounds/en"))?;
        if let Some(sounds) = &builder.sounds {
            link_folders(sounds, &directory.join("data/sounds"))?;
        }
        for (name, path) in &builder.modules {
            link_found(path, &directory.join("modules").join(name))?;
        }
        let write = |name: &str, text: &str| write(&directory.join("etc").join(name), text);
        write("asterisk.conf", &asterisk_conf(directory))?;
        write("modules.conf", &modules_conf(&modules, builder))?;
        write("logger.conf", LOGGER)?;
        write("pjsip.conf", &pjsip_conf(ports.sip(), builder.browsers))?;
        write("rtp.conf", &rtp_conf(ports, builder.browsers))?;
        if builder.browsers {
            write("http.conf", &http_conf(ports.websocket()))?;
        }
        write("manager.conf", &manager_conf(ports.console()))?;
        write("musiconhold.conf", &format!("[default]\nmode=files\ndirectory={}\n", music(&root).display()))?;
        write("confbridge.conf", CONFBRIDGE)?;
        write("cdr.conf", "[general]\nenable=no\n")?;
        write("cel.conf", "[general]\nenable=no\n")?;
        write("extensions.conf", "[from-callers]\n")?;
        write("features.conf", "[general]\n")?;
        write("udptl.conf", "[general]\n")?;
        write("acl.conf", "")?;
        write("stasis.conf", "")?;
        write("ccss.conf", "[general]\n")?;
        write("pjproject.conf", "")?;
        write("res_parking.conf", PARKING)?;
        write("indications.conf", INDICATIONS)?;
        for (name, text) in &builder.files {
            write(name, text)?;
        }
        Ok(())
    }

    fn command(&self, directory: &Path) -> Result<Command, Trouble> {
        let root = debian_root()?;
        let mut command = Command::new(loader::find(&root)?);
        command
            .arg("--library-path")
            .arg(loader::library_folder(&root)?)
            .arg(root.join("usr/sbin/asterisk"))
            .arg("-f")
            .arg("-C")
            .arg(directory.join("etc/asterisk.conf"));
        Ok(command)
    }

    fn connect(&self, port: u16) -> Result<Box<dyn Console>, Trouble> {
        Ok(Box::new(Ami::connect(port, false)?))
    }

    fn look_booted(&self, port: u16, until: Instant) -> Result<(), Trouble> {
        let mut ami = Ami::connect(port, true)?;
        let time_left = until.saturating_duration_since(Instant::now());
        ami.wait_event(time_left, |event: &Packet| event.is_event("FullyBooted"))?;
        // The event comes before the last console commands are there.
        while ami.command("core show version")?.starts_with("No such command") && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }

    fn complains(&self, line: &str) -> bool {
        self.is_error(line) || line.contains("WARNING[")
    }

    fn is_error(&self, line: &str) -> bool {
        line.contains("ERROR[")
    }

    fn calls(&self, console: &mut dyn Console) -> Result<usize, Trouble> {
        let text = console.run("core show channels count")?;
        let line = text.lines().find(|line| line.contains("active channel"));
        Ok(line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0))
    }

    fn show_calls(&self) -> &'static str {
        "core show channels"
    }

    fn stop_gracefully(&self) -> &'static str {
        "core stop gracefully"
    }

    fn dial_string(&self, name: &str, port: u16) -> String {
        format!("PJSIP/callers/sip:{name}@127.0.0.1:{port}")
    }

    fn set_global(&self, name: &str, value: &str) -> String {
        format!("dialplan set global {name} {value}")
    }

    fn file(&self, name: &str, text: &str) -> Result<(String, String), Trouble> {
        Ok((name.into(), text.into()))
    }
}

/// The folder with the private Debian: `CONCLAVE_ASTERISK_ROOT`, else `target/asterisk`.
pub fn debian_root() -> Result<PathBuf, Trouble> {
    let root = std::env::var_os("CONCLAVE_ASTERISK_ROOT").map(PathBuf::from);
    let root = root.unwrap_or_else(|| workspace().join("target/asterisk"));
    if root.join("usr/sbin/asterisk").exists() {
        return Ok(root);
    }
    let why = format!("there is no Asterisk in {}; `make test` puts one there", root.display());
    Err(Trouble::Unusable(why))
}

/// The folder of the English prompts in that Debian.
pub(crate) fn english_prompts(root: &Path) -> PathBuf {
    let sounds = root.join("usr/share/asterisk/sounds");
    let folders = fs::read_dir(&sounds).into_iter().flatten().flatten();
    // `en` itself is a link to /etc/alternatives, which means nothing outside the private Debian.
    let mut found = folders.filter(|entry| entry.file_name().to_string_lossy().starts_with("en_"));
    let found = found.find(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    found.map_or_else(|| sounds.join("en"), |entry| entry.path())
}

/// The folder of the music in that Debian.
pub(crate) fn music(root: &Path) -> PathBuf {
    root.join("usr/share/asterisk/moh")
}

fn asterisk_conf(directory: &Path) -> String {
    let at = directory.display();
    format!(
        "[directories]\nastetcdir => {at}/etc\nastmoddir => {at}/modules\nastvarlibdir => {at}/lib\n\
         astdbdir => {at}/lib\nastkeydir => {at}/lib\nastdatadir => {at}/data\nastagidir => {at}/lib\n\
         astspooldir => {at}/spool\nastrundir => {at}/run\nastlogdir => {at}/log\nastcachedir => {at}/lib\n\
         [options]\nverbose = 3\nnocolor = yes\nhideconnect = yes\nlive_dangerously = yes\n"
    )
}

/// Only what a call needs: a start takes a second, and nothing else runs while something is measured.
fn modules_conf(debian: &Path, builder: &Builder) -> String {
    let mut text = String::from("[modules]\nautoload=no\n");
    let mut names: Vec<String> = fs::read_dir(debian)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| {
            let stem = name.trim_end_matches(".so");
            MODULES.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(start) => stem.starts_with(start),
                None => stem == *wanted,
            }) && (!UNWANTED.contains(&stem) || builder.browsers && stem == WEBSOCKET)
        })
        .filter(|name| !builder.without.contains(name) && !builder.modules.iter().any(|(own, _)| own == name))
        .collect();
    names.sort();
    names.extend(builder.modules.iter().map(|(name, _)| name.clone()));
    for name in names {
        text.push_str(&format!("load = {name}\n"));
    }
    text
}

/// Endpoints: `callers` takes everybody on loopback, with RFC 4733 digits; `callers-info` those who say so; `browsers` those
/// who come over WebSocket, if there is one.
fn pjsip_conf(port: u16, browsers: bool) -> String {
    let endpoint = |name: &str, dtmf: &str, identify: &str| {
        format!(
            "[{name}]\ntype=endpoint\ncontext=from-callers\ndisallow=all\nallow=ulaw,alaw,g722,slin16,opus,gsm\n\
             direct_media=no\ntimers=no\ndtmf_mode={dtmf}\naccept_multiple_sdp_answers=yes\n\
             [{name}-identify]\ntype=identify\nendpoint={name}\n{identify}\n"
        )
    };
    format!(
        "[global]\ntype=global\nendpoint_identifier_order=header,ip\n\
         [udp]\ntype=transport\nprotocol=udp\nbind=127.0.0.1:{port}\n{}{}{}",
        endpoint("callers", "rfc4733", "match=127.0.0.1"),
        endpoint("callers-info", "info", "match_header=X-Rig-Endpoint: callers-info"),
        if browsers { BROWSERS } else { "" },
    )
}

fn rtp_conf(ports: &Ports, browsers: bool) -> String {
    // What is good on one link only, pjproject cannot send to, and says so as an error.
    let ice = if browsers { "icesupport=yes\nice_deny=fe80::/10\n" } else { "icesupport=no\n" };
    let range = ports.rtp();
    format!("[general]\nrtpstart={}\nrtpend={}\nstrictrtp=no\n{ice}", range.start(), range.end())
}

fn http_conf(port: u16) -> String {
    format!("[general]\nenabled=yes\nbindaddr=127.0.0.1\nbindport={port}\n")
}

fn manager_conf(port: u16) -> String {
    format!(
        "[general]\nenabled=yes\nport={port}\nbindaddr=127.0.0.1\ndisplayconnects=no\n\
         [{USER}]\nsecret={SECRET}\nread=all\nwrite=all\nwritetimeout=5000\n"
    )
}

const BROWSERS: &str = "\
[ws]
type=transport
protocol=ws
bind=127.0.0.1
[browsers]
type=endpoint
context=from-callers
disallow=all
allow=opus,ulaw
webrtc=yes
rtp_timeout=5
[browsers-identify]
type=identify
endpoint=browsers
match_header=Via: /WS/
";

/// What takes calls from browsers.
const WEBSOCKET: &str = "res_pjsip_transport_websocket";

const LOGGER: &str = "[general]\ndateformat=%F %T.%3q\n[logfiles]\nfull => notice,warning,error,verbose,dtmf\n";

/// Asterisk's modules that are loaded; a star stands for any ending.
const MODULES: &[&str] = &[
    "app_dial",
    "app_echo",
    "app_confbridge",
    "app_playback",
    "app_mixmonitor",
    "app_chanspy",
    "app_verbose",
    "app_stack",
    "app_exec",
    "app_transfer",
    "app_read",
    "app_originate",
    "app_channelredirect",
    "app_bridgewait",
    "app_senddtmf",
    "app_userevent",
    "app_softhangup",
    "app_playtones",
    "app_system",
    "app_milliwatt",
    "app_while",
    "app_record",
    "app_bridgeaddchan",
    "app_if",
    "bridge_*",
    "chan_pjsip",
    "chan_bridge_media",
    "codec_ulaw",
    "codec_alaw",
    "codec_g722",
    "codec_gsm",
    "codec_resample",
    "codec_opus_open_source",
    "codec_a_mu",
    "format_wav",
    "format_sln",
    "format_gsm",
    "format_pcm",
    "func_*",
    "pbx_config",
    "res_pjproject",
    "res_pjsip*",
    "res_rtp_asterisk",
    "res_musiconhold",
    "res_timing_timerfd",
    "res_sorcery_*",
    "res_format_attr_opus",
    "res_crypto",
    "res_parking",
    "res_srtp",
    "res_mutestream",
    "res_convert",
    "res_http_websocket",
];

/// Modules that the list above would take in and that need what the rig does not have.
const UNWANTED: &[&str] = &[
    "func_odbc",
    "func_curl",
    "func_aes",
    "func_speex",
    "func_iconv",
    "func_callcompletion",
    "func_enum",
    "func_vmcount",
    "func_dialgroup",
    "func_devstate",
    "func_blacklist",
    "func_extstate",
    "func_presencestate",
    "func_frame_trace",
    "res_pjsip_config_wizard",
    "res_pjsip_history",
    "res_pjsip_phoneprov_provider",
    "res_pjsip_stir_shaken",
    "res_pjsip_geolocation",
    "res_pjsip_transport_websocket",
    "res_pjsip_publish_asterisk",
    "res_pjsip_t38",
    "res_pjsip_aoc",
    "res_pjsip_messaging",
    "res_pjsip_notify",
    "res_pjsip_send_to_voicemail",
    "res_sorcery_realtime",
    "res_pjsip_mwi",
    "res_pjsip_mwi_body_generator",
    "res_pjsip_xpidf_body_generator",
    "res_pjsip_pidf_body_generator",
    "res_pjsip_pidf_digium_body_supplement",
    "res_pjsip_pidf_eyebeam_body_supplement",
    "res_pjsip_dialog_info_body_generator",
    "res_pjsip_exten_state",
    "res_pjsip_outbound_publish",
    "res_pjsip_outbound_registration",
];

const CONFBRIDGE: &str = "[general]\n[default_user]\ntype=user\nquiet=yes\n[default_bridge]\ntype=bridge\n";

const PARKING: &str = "[general]\n[default]\nparkext => 700\nparkpos => 701-720\ncontext => parkedcalls\n";

const INDICATIONS: &str = "[general]\ncountry=us\n[us]\ndescription=United States\nringcadence=2000,4000\n\
    dial=350+440\nbusy=480+620/500,0/500\nring=440+480/2000,0/4000\ncongestion=480+620/250,0/250\n";
