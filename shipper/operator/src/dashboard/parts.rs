//! What several views are made of. Everything that comes from data is text: maud escapes it.

use maud::{Markup, Render, html};

use super::written::When;

/// Where a view is shown: behind the program, or in a file on its own, whose links would lead nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Served,
    Snapshot,
}

impl Place {
    /// A link to another view; plain text in a snapshot.
    pub(super) fn link(self, address: &str, text: impl Render) -> Markup {
        match self {
            Self::Served => html! { a href=(address) { (text) } },
            Self::Snapshot => html! { (text) },
        }
    }

    pub(super) fn file(self, file_id: i64, text: impl Render) -> Markup {
        self.link(&format!("/file?id={file_id}"), text)
    }

    pub(super) fn dataset(self, name: Option<&str>) -> Markup {
        match name {
            Some(name) => self.link(&address("/dataset", &[("name", name)]), name),
            None => html! { span.muted { "no dataset" } },
        }
    }

    /// The dataset of a file, or those that share it.
    pub(super) fn datasets(self, name: Option<&str>, shared_by: &[String]) -> Markup {
        if shared_by.is_empty() {
            return self.dataset(name);
        }
        html! { @for (at, name) in shared_by.iter().enumerate() { @if at > 0 { ", " } (self.dataset(Some(name))) } }
    }
}

/// An address with its parameters encoded; what is empty is left out.
pub(super) fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in parameters.iter().filter(|(_, value)| !value.is_empty()) {
        query.append_pair(name, value);
    }
    let query = query.finish();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// A word with a colour and a shape, so that nobody has to tell colours apart.
pub(super) fn badge(word: &str) -> Markup {
    let kind = kind_of(word);
    html! {
        span.badge.(kind) {
            svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" {
                @match kind {
                    "good" => circle cx="6" cy="6" r="5" {},
                    "note" => path d="M6 1 11.5 11H.5Z" {},
                    "bad" => path d="M1 1h10v10H1ZM3.4 4.4 5 6 3.4 7.6 4.4 8.6 6 7 7.6 8.6 8.6 7.6 7 6 8.6 4.4 7.6 3.4 6 5 4.4 3.4Z" fill-rule="evenodd" {},
                    "held" => path d="M2 1h3v10H2ZM7 1h3v10H7Z" {},
                    _ => path d="M6 .5 11.5 6 6 11.5.5 6Z" {},
                }
            }
            (word)
        }
    }
}

fn kind_of(word: &str) -> &'static str {
    match word {
        "ok" | "loaded" | "replayed" => "good",
        "late" | "partially_loaded" => "note",
        "failing" | "load_failed" | "no_dataset" | "open" => "bad",
        "deferred" | "disabled" | "dismissed" => "held",
        _ => "quiet",
    }
}

/// A moment with its zone, and how long ago it was.
pub(super) fn time(when: &When, now: &When) -> Markup {
    html! {
        time datetime=(when.machine()) { (when.full()) }
        @if let Some(ago) = when.ago(now) { " " span.muted.ago { (ago) } }
    }
}

/// SQL to copy: what it does stands above it.
pub(super) fn sql(does: &str, statement: &str) -> Markup {
    html! {
        figure.sql {
            figcaption { (does) button.copy type="button" aria-label={ "Copy the SQL: " (does) } { "Copy" } }
            pre tabindex="0" { code { (statement) } }
        }
    }
}

/// What stands in the place of rows that are not there.
pub(super) fn empty(headline: &str, what_to_do: impl Render) -> Markup {
    html! { div.empty { p.headline { (headline) } p { (what_to_do) } } }
}

/// A figure with its name.
pub(super) fn tile(name: &str, figure: &str, beside: impl Render) -> Markup {
    html! { div.tile { dt { (name) } dd { span.figure { (figure) } span.beside { (beside) } } } }
}

/// A table that scrolls by itself where the window is narrow.
pub(super) fn table(name: &str, head: &[&str], rows: &Markup) -> Markup {
    html! {
        div.scroll role="region" tabindex="0" aria-label=(name) {
            table { thead { tr { @for title in head { th scope="col" { (title) } } } } tbody { (rows) } }
        }
    }
}

/// A choice among views of one page.
pub(super) fn choices(place: Place, name: &str, choices: &[(String, String, bool)]) -> Markup {
    html! {
        @if place == Place::Served {
            nav.choices aria-label=(name) {
                @for (address, text, chosen) in choices {
                    a href=(address) aria-current=[chosen.then_some("true")] { (text) }
                }
            }
        }
    }
}

/// A literal of PostgreSQL. What would move the cursor of the terminal that it is copied to stands as an escape.
pub(super) fn literal(text: &str) -> String {
    if !text.contains(|c: char| c == '\\' || c.is_control()) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '\'' => escaped.push_str("''"),
            '\\' => escaped.push_str("\\\\"),
            c if c.is_ascii_control() => escaped.push_str(&format!("\\x{:02X}", u32::from(c))),
            c if c.is_control() => escaped.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    format!("E'{escaped}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_cannot_be_left() {
        assert_eq!(literal("a'; DROP TABLE x; --"), "'a''; DROP TABLE x; --'");
        assert_eq!(literal(r"a\'b"), r"E'a\\''b'");
        assert_eq!(literal("in/\u{1b}[2J\n\u{85}é"), r"E'in/\x1B[2J\x0A\u0085é'");
    }

    #[test]
    fn addresses_are_encoded() {
        assert_eq!(
            address("/files", &[("dataset", "a&b=c#"), ("status", "")]),
            "/files?dataset=a%26b%3Dc%23"
        );
        assert_eq!(address("/files", &[]), "/files");
    }

    #[test]
    fn what_comes_from_data_is_text() {
        let hostile = "<script>alert(1)</script>\" onload=x";
        for markup in [
            badge(hostile),
            sql(hostile, hostile),
            Place::Served.dataset(Some(hostile)),
            empty(hostile, hostile),
        ] {
            assert!(!markup.0.contains("<script"), "{}", markup.0);
            assert!(!markup.0.contains("\" onload"), "{}", markup.0);
        }
    }
}
