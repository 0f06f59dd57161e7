//! Which links of an answer may be followed, and how.

/// An address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The whole address in its normal form.
    pub href: String,
    /// The scheme in lower case, without the colon.
    pub scheme: String,
    /// The host and, unless it is the usual one, the port. A host beyond ASCII is in punycode.
    pub host: String,
    /// Whether it carries a user name or a password.
    pub has_user: bool,
    /// Characters of query and fragment together.
    pub tail: usize,
}

/// Takes addresses apart by the rules of the URL standard. In the panel the browser does it, so
/// that the judge and the one who follows the link read it alike.
pub trait Addresses {
    /// The parts of an absolute address; nothing if it is none.
    fn parse(&self, text: &str) -> Option<Address>;
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The address in its normal form.
    pub address: String,
    /// The host to show beside the link's text, unless the text already is the address.
    pub shown_host: Option<String>,
}

/// What may be done with a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be opened at once.
    Open(Link),
    /// It may be opened once the reader has seen its whole address.
    Ask(Link),
    /// It leads nowhere.
    Refuse,
}

/// Query and fragment beyond this many characters can carry away what the expert was told.
const LONGEST_TAIL: usize = 64;

/// Judges the link of an answer by where it truly leads, never by how it is written.
pub fn judge(addresses: &dyn Addresses, written: &str, text: &str) -> Verdict {
    let Some(address) = addresses.parse(written) else {
        return Verdict::Refuse;
    };
    let plain = matches!(address.scheme.as_str(), "http" | "https");
    if !plain || address.has_user || address.host.is_empty() {
        return Verdict::Refuse;
    }
    let careful = address.tail > LONGEST_TAIL || looks_like_another(&address.host);
    let link = Link {
        shown_host: (!names_host(text, &address.host)).then(|| address.host.clone()),
        address: address.href,
    };
    if careful {
        Verdict::Ask(link)
    } else {
        Verdict::Open(link)
    }
}

/// Whether a label is in punycode: its letters may look like those of a name the reader knows.
fn looks_like_another(host: &str) -> bool {
    host.split('.').any(|label| label.starts_with("xn--"))
}

/// Whether the text already tells the host: it is the address, or the bare host.
fn names_host(text: &str, host: &str) -> bool {
    let text = text.trim();
    let bare = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let rest = bare.unwrap_or(text);
    let after = rest.strip_prefix(host);
    after.is_some_and(|after| after.is_empty() || after.starts_with(['/', '?', '#']))
}
