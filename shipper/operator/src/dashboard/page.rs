//! The frame around every view.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::failure::Failure;
use super::parts::Place;

/// The views that have a place in the navigation: address, anchor in a snapshot, name.
pub(super) const VIEWS: [(&str, &str, &str); 6] = [
    ("/", "overview", "Overview"),
    ("/datasets", "datasets", "Datasets"),
    ("/rejects", "rejects", "Rejects"),
    ("/drift", "drift", "Drift"),
    ("/files", "files", "Files"),
    ("/messages", "messages", "Messages"),
];

pub(super) const STYLE: &str =
    concat!(include_str!("assets/uPlot.min.css"), include_str!("assets/style.css"));
pub(super) const SCRIPT: &str =
    concat!(include_str!("assets/uPlot.iife.min.js"), "\n", include_str!("assets/page.js"));

pub(super) const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\">\
    <rect width=\"16\" height=\"16\" rx=\"4\" fill=\"#2f5fd0\"/>\
    <path d=\"M4 5h8M4 8h8M4 11h5\" stroke=\"#fff\" stroke-width=\"1.6\" stroke-linecap=\"round\"/></svg>";

/// What the frame says of a page.
pub(super) struct Head {
    pub(super) title: String,
    /// The address of the navigation's entry that it belongs to.
    pub(super) under: &'static str,
    pub(super) database: String,
    /// What it was made of and when, for the foot.
    pub(super) made: String,
}

/// A page of the program, whose style and script are fetched from it.
pub(super) fn served(head: &Head, body: &Markup) -> Markup {
    let resources = html! {
        link rel="stylesheet" href="/style.css";
        link rel="icon" href="/icon.svg" type="image/svg+xml";
        script src="/page.js" defer {}
    };
    document(Place::Served, head, &resources, body)
}

/// A file on its own: what it may run and show is named by its content.
pub(super) fn snapshot(head: &Head, body: &Markup) -> Markup {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    );
    let resources = html! {
        meta http-equiv="Content-Security-Policy" content=(policy);
        style { (PreEscaped(STYLE)) }
    };
    let with_script = html! { (body) script { (PreEscaped(SCRIPT)) } };
    document(Place::Snapshot, head, &resources, &with_script)
}

/// What is shown in the place of a view.
pub(super) fn failed(failure: &Failure) -> Markup {
    let head =
        Head { title: failure.headline.clone(), under: "", database: String::new(), made: String::new() };
    served(
        &head,
        &html! {
            section.failure role="alert" {
                h1 { (failure.headline) }
                p { code { (failure.detail) } }
                p { (failure.advice) }
            }
        },
    )
}

fn document(place: Place, head: &Head, resources: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (head.title) " · pg_ingest" }
                (resources)
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    div.brand {
                        span.name { "pg_ingest" }
                        @if !head.database.is_empty() { span.muted { (head.database) } }
                    }
                    nav.views aria-label="Views" {
                        @for (address, anchor, name) in VIEWS {
                            @match place {
                                Place::Served => a href=(address) aria-current=[(address == head.under).then_some("page")] { (name) },
                                Place::Snapshot => a href={ "#" (anchor) } { (name) },
                            }
                        }
                    }
                }
                main id="main" tabindex="-1" { (body) }
                footer { p { (head.made) } p { "This page only reads. It changes nothing; the SQL beside each finding is for you to run." } }
            }
        }
    }
}

fn hash(text: &str) -> String {
    use base64::Engine as _;
    use sha2::Digest as _;
    base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text.as_bytes()))
}
