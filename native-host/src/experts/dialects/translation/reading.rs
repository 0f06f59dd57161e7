//! Reads the answer to one batch: all its translations, or why there are none.

use std::{ops::Range, sync::Arc};

use coterie_protocol::{FailureCode, Finish, Usage};

use super::{Service, refusals, sheet::Sheet};
use crate::experts::{
    ExpertError, Item, Metadata,
    dialects::{Chunk, Form, Reading},
    remote::in_answer,
};

/// Reads the answer to one batch.
pub(super) struct Translations {
    vendor: String,
    service: &'static dyn Service,
    sheet: Arc<Sheet>,
    batch: Range<usize>,
    ending: Option<Result<Finish, ExpertError>>,
}

impl Translations {
    pub(super) fn new(
        vendor: &str,
        service: &'static dyn Service,
        sheet: &Arc<Sheet>,
        batch: Range<usize>,
    ) -> Self {
        Self {
            vendor: vendor.to_owned(),
            service,
            sheet: Arc::clone(sheet),
            batch,
            ending: None,
        }
    }

    fn malformed(&self, what: &str) -> ExpertError {
        let vendor = &self.vendor;
        let message = format!("the answer of {vendor} cannot be read: {what}");
        ExpertError::new(FailureCode::MalformedAnswer, message)
    }
}

impl Reading for Translations {
    const FORM: Form = Form::Events;

    fn on_chunk(&mut self, chunk: Chunk<'_>, items: &mut Vec<Item>) -> Result<(), ExpertError> {
        let Chunk::Json { json, .. } = chunk else {
            return Ok(());
        };
        if let Some(refusal) = self.service.refusal(json) {
            return Err(refusals::error(&self.vendor, self.service.name(), refusal));
        }
        let Some(answer) = self.service.translations(json) else {
            let refused = in_answer(&self.vendor, json);
            return Err(refused.unwrap_or_else(|| self.malformed("it has no translations")));
        };
        let (came, sent) = (answer.translations.len(), self.batch.len());
        if came != sent {
            let what = format!("it has {came} translations of {sent} texts");
            return Err(self.malformed(&what));
        }
        let text = self.sheet.accept(answer.translations);
        if !text.is_empty() {
            items.push(Item::Text(text));
        }
        let characters = answer.characters;
        items.push(Item::Usage(Usage {
            input_tokens: characters.unwrap_or_else(|| self.sheet.characters(self.batch.clone())),
            ..Usage::default()
        }));
        if answer.request_id.is_some() {
            items.push(Item::Metadata(Metadata {
                request_id: answer.request_id,
                ..Metadata::default()
            }));
        }
        self.ending = Some(Ok(Finish::Complete));
        Ok(())
    }

    fn ending(&mut self) -> &mut Option<Result<Finish, ExpertError>> {
        &mut self.ending
    }
}
