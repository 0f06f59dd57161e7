//! What was read of the page: the numbered paragraphs, and access to the site for good.

use coterie_protocol::{Paragraph, ParagraphKind};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::{header::direction, page_card::ask_for};
use crate::{
    app::App,
    browser::{
        i18n::{say, say_with},
        permissions::Sites,
    },
    capture::host,
    messages::Key,
};

/// The open chip.
pub fn captured(app: App) -> impl IntoView {
    let page = app.page;
    let language =
        move || page.with(|page| page.state.captured().and_then(|read| read.language.clone()));
    let paragraphs = move || {
        page.with(|page| {
            let captured = page
                .state
                .captured()
                .map(|captured| captured.paragraphs.as_slice());
            captured
                .unwrap_or_default()
                .iter()
                .map(paragraph)
                .collect::<Vec<_>>()
        })
    };
    view! {
        <section id="captured" class="captured" aria-label=say(Key::CapturedTitle)>
            <p class="note">{say(Key::CapturedNote)}</p>
            <ol
                class="paragraphs"
                tabindex="0"
                aria-label=say(Key::CapturedTitle)
                lang=move || language().map(|tag| tag.to_string())
                dir=move || direction(language().as_ref())
            >
                {paragraphs}
            </ol>
            {lasting_access(app)}
        </section>
    }
}

fn paragraph(paragraph: &Paragraph) -> impl IntoView + use<> {
    let kind = match paragraph.kind {
        ParagraphKind::Heading(_) => "head",
        ParagraphKind::Text => "text",
        ParagraphKind::ListItem => "item",
        ParagraphKind::Quote => "quote",
        ParagraphKind::Code => "code",
        ParagraphKind::TableRow => "row",
    };
    view! {
        <li class=kind value=paragraph.number.to_string()>{paragraph.text.clone()}</li>
    }
}

/// Offers to read this site, or all, without a click each time, where that is not so already.
fn lasting_access(app: App) -> impl IntoView {
    let wanted = RwSignal::new(Vec::new());
    let site = app.page.with_untracked(|page| {
        let source = page.state.source()?;
        host(&source.snapshot.url).map(str::to_owned)
    });
    spawn_local(async move {
        if let Some(site) = site {
            let mut closed = Vec::new();
            for sites in [Sites::Host(site), Sites::All] {
                if !sites.are_open().await {
                    closed.push(sites);
                }
            }
            wanted.try_set(closed);
        }
    });
    let answer = RwSignal::new(None);
    let button = move |sites: Sites| {
        let name = match &sites {
            Sites::Host(host) => say_with(Key::AccessHere, &[host]),
            Sites::All => say(Key::AccessAll),
        };
        view! {
            <button type="button" class="plain" on:click=move |_| ask_for(sites.clone(), answer)>
                {name}
            </button>
        }
    };
    view! {
        <Show when=move || wanted.with(|wanted| !wanted.is_empty())>
            <div class="access">
                <p class="note">{say(Key::AccessNote)}</p>
                {move || wanted.get().into_iter().map(button).collect::<Vec<_>>()}
                <p class="note" role="status">{move || answer.get().map(say)}</p>
            </div>
        </Show>
    }
}
