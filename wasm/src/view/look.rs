//! Looking at one answer: what is shown is derived from it, and only again when it has changed.

use coterie_protocol::StepId;
use leptos::prelude::*;

use crate::{
    app::{App, Shown},
    conversation::{Answer, AnswerKey, Step},
};

/// A look at an answer.
#[derive(Clone)]
pub struct Look {
    /// The panel.
    pub app: App,
    /// Which answer.
    pub key: AnswerKey,
    /// Raised whenever it has changed.
    pub version: ArcRwSignal<u32>,
}

impl Look {
    /// A look at this one.
    pub fn new(app: App, shown: &Shown) -> Self {
        Self {
            app,
            key: shown.key,
            version: shown.version.clone(),
        }
    }

    /// Something of the answer.
    pub fn memo<T>(&self, of: impl Fn(&Answer) -> T + Send + Sync + 'static) -> Memo<T>
    where
        T: Default + Clone + PartialEq + Send + Sync + 'static,
    {
        let (app, key, version) = (self.app, self.key, self.version.clone());
        Memo::new(move |_| {
            version.track();
            app.answer(key, &of).unwrap_or_default()
        })
    }

    /// Something of one step of it.
    pub fn of_step<T>(
        &self,
        step: StepId,
        of: impl Fn(&Answer, &Step) -> T + Send + Sync + 'static,
    ) -> Memo<T>
    where
        T: Default + Clone + PartialEq + Send + Sync + 'static,
    {
        self.memo(move |answer| {
            let step = answer.find(step);
            step.map_or_else(T::default, |step| of(answer, step))
        })
    }
}
