//! A SIP message, in and out.

/// A request or a response.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// The first line.
    pub(crate) start: String,
    headers: Vec<(String, String)>,
    /// What follows the headers.
    pub(crate) body: String,
}

impl Message {
    pub(crate) fn request(method: &str, uri: &str) -> Self {
        Self { start: format!("{method} {uri} SIP/2.0"), headers: Vec::new(), body: String::new() }
    }

    /// An answer to a request: what must be the same in both is copied.
    pub(crate) fn response(request: &Self, status: u16, reason: &str) -> Self {
        let copied = ["Via", "From", "To", "Call-ID", "CSeq"];
        let headers =
            request.headers.iter().filter(|(name, _)| copied.iter().any(|copy| copy.eq_ignore_ascii_case(name)));
        Self { start: format!("SIP/2.0 {status} {reason}"), headers: headers.cloned().collect(), body: String::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub(crate) fn with_body(mut self, kind: &str, body: String) -> Self {
        self.body = body;
        self.with("Content-Type", kind)
    }

    /// Adds the tag that makes an answer's `To` name our end of the dialog.
    pub(crate) fn with_to_tag(mut self, tag: &str) -> Self {
        for (name, value) in &mut self.headers {
            if name.eq_ignore_ascii_case("To") && !value.contains(";tag=") {
                value.push_str(&format!(";tag={tag}"));
            }
        }
        self
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.split("\r\n");
        let start = lines.next()?.to_owned();
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers = headers.map(|(name, value)| (long_name(name.trim()).into(), value.trim().into())).collect();
        Some(Self { start, headers, body: body.into() })
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!("{}\r\n", self.start);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str(&format!("Content-Length: {}\r\n\r\n{}", self.body.len(), self.body));
        text.into_bytes()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The method of a request.
    pub(crate) fn method(&self) -> Option<&str> {
        let method = self.start.split(' ').next()?;
        (method != "SIP/2.0").then_some(method)
    }

    /// Status and reason of a response.
    pub(crate) fn status(&self) -> Option<(u16, &str)> {
        let (status, reason) = self.start.strip_prefix("SIP/2.0 ")?.split_once(' ')?;
        Some((status.parse().ok()?, reason))
    }

    pub(crate) fn call_id(&self) -> &str {
        self.header("Call-ID").unwrap_or_default()
    }

    /// Number and method of `CSeq`.
    pub(crate) fn cseq(&self) -> (u32, &str) {
        let (number, method) = self.header("CSeq").and_then(|value| value.split_once(' ')).unwrap_or_default();
        (number.parse().unwrap_or(0), method.trim())
    }

    /// The tag of `From` or `To`.
    pub(crate) fn tag(&self, header: &str) -> Option<&str> {
        parameter(self.header(header)?, "tag")
    }

    /// The transaction it belongs to.
    pub(crate) fn branch(&self) -> Option<&str> {
        parameter(self.header("Via")?, "branch")
    }

    /// The address between `<` and `>` of a header.
    pub(crate) fn uri(&self, header: &str) -> Option<&str> {
        let value = self.header(header)?;
        match value.split_once('<') {
            Some((_, rest)) => rest.split('>').next(),
            None => value.split(';').next(),
        }
    }
}

fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    let after_address = value.rsplit('>').next()?;
    let mut parameters = after_address.split(';').filter_map(|parameter| parameter.split_once('='));
    parameters.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
}

fn long_name(name: &str) -> &str {
    match name {
        "v" => "Via",
        "f" => "From",
        "t" => "To",
        "i" => "Call-ID",
        "m" => "Contact",
        "c" => "Content-Type",
        "l" => "Content-Length",
        _ => name,
    }
}
