//! A native host from before protocol 1, for tests of what readers are told of one: it answers each
//! greeting with the protocol that it speaks, and nothing else.

use std::io::{self, Write};

use coterie_protocol::{Event, FromHost, Outcome, ToHost, Version, Welcome};
use coterie_tests::host::{frame, read_frame};

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    while let Ok(message) = read_frame(&mut input) {
        if let Ok(ToHost::Hello { id, .. }) = serde_json::from_slice(&message) {
            let outcome = Outcome::Welcome(Welcome {
                protocol: Version { major: 0, minor: 9 },
                host_version: "0.0.9".to_owned(),
            });
            let event = Event::Done { outcome };
            output.write_all(&frame(&FromHost::Event { id, event })?)?;
            output.flush()?;
        }
    }
    Ok(())
}
