//! The lines of `extensions.conf` that stories use, in FreeSWITCH's XML.
//!
//! The applications are those of [`action`], the variables those of [`variable`]. A line with anything else is refused.
//! The extension `h` may have one `Verbose` line: it becomes the hook that FreeSWITCH runs when a call is over that has come
//! to this context.
//!
//! Between the two there are differences that stories can tell: what `PlayTones` plays is heard during the `Wait` that
//! follows it, and no longer; `Goto` has to be the last step, and `${EXTEN}` stays what it was; of several extensions that
//! fit, the one without a pattern or else the first is taken.

use super::config::escaped;
use super::settings::without_comment;
use crate::error::Trouble;

/// An extension: its name or pattern, and its actions with their data.
type Extension = (String, Vec<(&'static str, String)>);

struct Context {
    name: String,
    extensions: Vec<Extension>,
}

/// The contexts of `extensions.conf`, as a file of FreeSWITCH's dial plan.
pub(super) fn translate(text: &str) -> Result<String, Trouble> {
    let mut contexts: Vec<Context> = Vec::new();
    for line in text.lines().map(|line| without_comment(line).trim()).filter(|line| !line.is_empty()) {
        let unknown = |what: &str| {
            Trouble::Unusable(format!("cannot be translated for FreeSWITCH's dial plan: {what} in {line:?}"))
        };
        if let Some(name) = line.strip_prefix('[') {
            let name = name.trim_end_matches(']').to_owned();
            contexts.push(Context { name, extensions: Vec::new() });
            continue;
        }
        let context = contexts.last_mut().ok_or_else(|| unknown("a line outside any context"))?;
        let (word, step) = line.split_once("=>").ok_or_else(|| unknown("a line without =>"))?;
        let mut step = step.trim();
        if word.trim() == "exten" {
            let (name, rest) = step.split_once(',').ok_or_else(|| unknown("an extension without a priority"))?;
            if context.extensions.last().is_none_or(|(last, _)| last != name) {
                context.extensions.push((name.into(), Vec::new()));
            }
            step = rest;
        } else if word.trim() != "same" {
            return Err(unknown(word));
        }
        let (priority, call) = step.split_once(',').ok_or_else(|| unknown("a step without a priority"))?;
        let (_, actions) = context.extensions.last_mut().ok_or_else(|| unknown("same without exten"))?;
        if !(priority == "n" || priority == "1" && actions.is_empty()) {
            return Err(unknown(&format!("the priority {priority}")));
        }
        let (application, arguments) = call.split_once('(').unwrap_or((call, ")"));
        let arguments = arguments.strip_suffix(')').ok_or_else(|| unknown("a step without )"))?;
        let arguments = with_variables(arguments).map_err(|what| unknown(&what))?;
        let translated = action(application.trim(), &arguments, &context.name).map_err(|what| unknown(&what))?;
        actions.extend(translated);
    }
    contexts.into_iter().map(written).collect()
}

/// What an application of Asterisk's is in FreeSWITCH; `context` is where it stands.
fn action(application: &str, data: &str, context: &str) -> Result<Vec<(&'static str, String)>, String> {
    let arguments: Vec<&str> = data.split(',').collect();
    let one = |name: &'static str, data: String| Ok(vec![(name, data)]);
    match application {
        "Conclave" => one("conclave", data.into()),
        "ConfBridge" => match arguments[..] {
            [room, "", profile] => one("conference", format!("{room}@{profile}")),
            _ => Err(format!("ConfBridge({data})")),
        },
        "Answer" => one("answer", String::new()),
        "Hangup" => one("hangup", data.into()),
        "Progress" => one("pre_answer", String::new()),
        "Ringing" => one("ring_ready", String::new()),
        "Echo" => one("echo", String::new()),
        "Verbose" => one("log", format!("NOTICE {}", data.split_once(',').map_or(data, |(_, words)| words))),
        "PlayTones" => one("set", format!("{TONE}={data}")),
        "Milliwatt" => one("playback", "tone_stream://v=0;%(1000,0,1004);loops=-1".into()),
        "Wait" => {
            let seconds: u32 = data.parse().map_err(|_| format!("Wait({data})"))?;
            one("playback", format!("tone_stream://v=-10;%({},0,${{{TONE}}})", seconds * 1_000))
        }
        "Playback" => Ok(data.split('&').map(|name| ("playback", format!("en/{name}.wav"))).collect()),
        "Set" => {
            let (name, value) = data.split_once('=').ok_or_else(|| format!("Set({data})"))?;
            let name = if name == "CHANNEL(language)" { LANGUAGE } else { name };
            one("set", format!("{name}={value}"))
        }
        "Goto" => match arguments[..] {
            // No transfer: that would take him who is here by a key of a conference out of it.
            [context, extension, "1"] => one("execute_extension", format!("{extension} XML {context}")),
            [extension, "1"] => one("execute_extension", format!("{extension} XML {context}")),
            _ => Err(format!("Goto({data})")),
        },
        "Dial" => Ok(vec![
            ("set", "hangup_after_bridge=true".into()),
            ("set", "continue_on_fail=true".into()),
            ("bridge", dialled(data)?),
        ]),
        _ => Err(format!("the application {application}")),
    }
}

/// Whom `Dial()` calls: a global variable, or `Local/extension@context`.
fn dialled(data: &str) -> Result<String, String> {
    if let Some((extension, context)) = data.strip_prefix("Local/").and_then(|local| local.split_once('@')) {
        return Ok(format!("loopback/{extension}/{context}/XML"));
    }
    if data.starts_with("${global_getvar(") && data.ends_with(")}") { Ok(data.into()) } else { Err(data.into()) }
}

/// The same text with FreeSWITCH's variables in place of Asterisk's.
fn with_variables(text: &str) -> Result<String, String> {
    let mut written = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').ok_or_else(|| format!("${{{after}"))?;
        written.push_str(before);
        written.push_str(&format!("${{{}}}", variable(name)?));
        rest = after;
    }
    written.push_str(rest);
    Ok(written)
}

fn variable(name: &str) -> Result<String, String> {
    let (whole, part) = name.split_once(':').map_or((name, None), |(whole, part)| (whole, Some(part)));
    let global = name.strip_prefix("GLOBAL(").and_then(|name| name.strip_suffix(')'));
    match (whole, global) {
        (_, Some(global)) => Ok(format!("global_getvar({global})")),
        ("EXTEN", _) => Ok(part.map_or("destination_number".into(), |part| format!("destination_number:{part}"))),
        ("CALLERID(num)", _) => Ok("caller_id_number".into()),
        ("CHANNEL(language)", _) => Ok(LANGUAGE.into()),
        ("CONCLAVE_RESULT", _) => Ok(name.into()),
        _ => Err(format!("the variable {name}")),
    }
}

fn written(context: Context) -> Result<String, Trouble> {
    let Context { name, mut extensions } = context;
    let hook = extensions.iter().position(|(name, _)| name == "h").map(|at| extensions.remove(at).1);
    let hook = match hook.as_deref() {
        None => None,
        // Its variables are to be those of the end of the call: one backslash for the action's own text, and, itself
        // behind one, another for what it sets.
        Some([("log", words)]) => Some(format!("api_hangup_hook=log {}", words.replace("${", r"\\\${"))),
        Some(_) => return Err(Trouble::Unusable(format!("[{name}]: on FreeSWITCH h may have one Verbose alone"))),
    };
    // A name fits better than a pattern.
    extensions.sort_by_key(|(name, _)| name.starts_with('_'));
    let action =
        |(name, data): (&str, String)| format!("<action application=\"{name}\" data=\"{}\"/>\n", escaped(&data));
    let mut text = format!("<context name=\"{}\">\n", escaped(&name));
    for (extension, actions) in extensions {
        let number = expression(&extension);
        text.push_str(&format!(
            "<extension name=\"{extension}\">\n<condition field=\"destination_number\" expression=\"{number}\">\n"
        ));
        text.extend(hook.iter().map(|hook| action(("set", hook.clone()))));
        text.extend(actions.into_iter().map(action));
        text.push_str("</condition>\n</extension>\n");
    }
    Ok(text + "</context>\n")
}

/// The regular expression of an extension's name or pattern.
fn expression(extension: &str) -> String {
    let Some(pattern) = extension.strip_prefix('_') else {
        return format!("^{}$", extension.chars().map(literal).collect::<String>());
    };
    let mut inside_class = false;
    let pieces = pattern.chars().map(|letter| {
        inside_class = letter == '[' || inside_class && letter != ']';
        match letter {
            _ if inside_class => letter.into(),
            ']' => "]".into(),
            'X' | 'x' => "[0-9]".into(),
            'Z' | 'z' => "[1-9]".into(),
            'N' | 'n' => "[2-9]".into(),
            '.' => ".+".into(),
            '!' => ".*".into(),
            other => literal(other),
        }
    });
    format!("^{}$", pieces.collect::<String>())
}

fn literal(letter: char) -> String {
    if letter.is_ascii_alphanumeric() { letter.into() } else { format!("\\{letter}") }
}

/// The variable with the hertz that `PlayTones` plays.
const TONE: &str = "rig_tone";

/// The variable with a call's language.
const LANGUAGE: &str = "default_language";
