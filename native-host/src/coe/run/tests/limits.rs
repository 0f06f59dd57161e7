//! Limits: an expert at its limit is waited for as long as the profile is patient.

use std::sync::atomic::{AtomicU64, Ordering};

use coterie_protocol::{ExpertCard, Failure, Profile};
use futures::future::BoxFuture;

use super::*;

/// Has room for nobody named `a` before so many looks, a tenth of a second apart.
struct Crowded {
    looks: AtomicU64,
}

impl Backstage for Crowded {
    fn profile(&self) -> Profile {
        Profile::Balanced
    }

    fn standing(&self, _expert: &ExpertCard) -> Standing {
        Standing::default()
    }

    fn admit<'a>(
        &'a self,
        expert: &'a ExpertCard,
        _estimate: &'a Estimate,
    ) -> BoxFuture<'a, Result<Admitted, Refused>> {
        let looks = self.looks.load(Ordering::SeqCst);
        let full = expert.id.0 == "a" && looks > 0;
        Box::pin(async move {
            if !full {
                return Ok(Admitted::default());
            }
            self.looks.store(looks - 1, Ordering::SeqCst);
            let failure = Failure::new(FailureCode::RateLimited, "full").by(&expert.id);
            Err(Refused::Wait(Duration::from_millis(100), failure))
        })
    }

    fn spread(&self) -> f64 {
        0.0
    }

    fn note(&self, _ended: Ended<'_>) {}
}

async fn check(looks: u64, expected: &str, waited_ms: u128) {
    let expert = |id: &str| Arc::new(Scripted::saying(id, [text(id), FINISHED]));
    let roster = Roster::new().with(expert("a")).with(expert("b"));
    let backstage = Arc::new(Crowded {
        looks: AtomicU64::new(looks),
    });
    let request = Request {
        ask: Ask {
            action: Some(Action::Answer),
            text: "why?".to_owned(),
            ..Ask::default()
        },
        ..Request::default()
    };
    let started = Instant::now();
    let events: Vec<_> = answer(Arc::new(roster), backstage, request).collect().await;
    assert_eq!(shown(&events), expected);
    assert_eq!(started.elapsed().as_millis(), waited_ms);
}

#[tokio::test(start_paused = true)]
async fn a_place_that_becomes_free_in_time_is_taken() {
    check(50, "planned a-OnThisMachine `a` finished done", 5_000).await;
}

#[tokio::test(start_paused = true)]
async fn when_patience_ends_the_next_expert_is_asked() {
    let expected = "planned step-failed-RateLimited b-instead-of-a-RateLimited `b` finished done";
    check(1_000, expected, 10_000).await;
}
