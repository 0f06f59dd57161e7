//! Plans of several experts end to end: the real host, its real router, real HTTP. Each plan done
//! well, with the calls counted and the money added up; with each expert failing in each role; and
//! cancelled in each state.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "plans/play.rs"]
mod play;
#[path = "plans/scenes.rs"]
mod scenes;

use play::*;
use scenes::*;

#[test]
fn probe() {
    for scene in ALL {
        let played = play(scene, None);
        println!(
            "== {:?} -> {:?}\n calls {:?}\n seen {}\n cost {} at most {:?}\n{}",
            scene.shape,
            played.shape(),
            played.calls(),
            played.seen(),
            played.spent,
            played.at_most(),
            played.log()
        );
    }
}
