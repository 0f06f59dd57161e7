//! Whether the reader finds an answer good or bad.

use coterie_protocol::Signal;
use leptos::prelude::*;

use super::{
    icon::{Icon, icon},
    look::Look,
};
use crate::{browser::i18n::say, messages::Key, state::Link};

/// A thumb up and a thumb down.
pub fn opinion(look: &Look) -> impl IntoView + use<> {
    let (app, key) = (look.app, look.key);
    let said = look.memo(|answer| answer.opinion);
    let button = move |opinion: Signal, name: Key, sign: Icon| {
        view! {
            <button
                type="button"
                class="tool opinion"
                aria-label=say(name)
                title=say(name)
                aria-pressed=move || (said.get() == Some(opinion)).to_string()
                disabled=move || app.link.get() != Link::Ready
                on:click=move |_| app.act(|panel| panel.judge(key, opinion))
            >
                {icon(sign)}
            </button>
        }
    };
    (
        button(Signal::Good, Key::OpinionGood, Icon::ThumbUp),
        button(Signal::Bad, Key::OpinionBad, Icon::ThumbDown),
    )
}
