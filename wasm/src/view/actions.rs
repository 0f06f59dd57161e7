//! The four actions.

use coterie_protocol::Action;
use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::{
    announcement::name,
    app::App,
    browser::i18n::say,
    conversation::Question,
    messages::Key,
    state::{Link, PageState},
};

/// The actions, in the order in which they stand.
const ACTIONS: [(Action, Icon); 4] = [
    (Action::Translate, Icon::Translate),
    (Action::Summarize, Icon::Summarize),
    (Action::Expand, Icon::Expand),
    (Action::Explain, Icon::Explain),
];

/// A button for each action.
pub fn actions(app: App) -> impl IntoView {
    let can_act = Memo::new(move |_| can_reach_host(app) && can_read(app));
    let button = move |(action, sign)| {
        view! {
            <button
                type="button"
                class="action"
                data-action=Action::as_str(action)
                disabled=move || !can_act.get()
                on:click=move |_| ask(app, action)
            >
                {icon(sign)}
                <span>{say(name(Some(action)))}</span>
            </button>
        }
    };
    view! {
        <div class="actions" role="group" aria-label=say(Key::Actions)>
            {ACTIONS.map(button).into_iter().collect::<Vec<_>>()}
        </div>
    }
}

fn ask(app: App, action: Action) {
    let question = Question {
        action: Some(action),
        ..Question::default()
    };
    app.act(|panel| panel.ask(question));
}

/// Whether the host is there, or may be in a moment.
pub fn can_reach_host(app: App) -> bool {
    app.link
        .with(|link| matches!(link, Link::Connecting | Link::Greeting | Link::Ready))
}

fn can_read(app: App) -> bool {
    app.page
        .with(|page| !matches!(page.state, PageState::Refused(_)))
}

/// The sign of an action.
pub fn sign(action: Option<Action>) -> Icon {
    let known = ACTIONS.iter().find(|(known, _)| Some(*known) == action);
    known.map_or(Icon::Question, |(_, sign)| *sign)
}
