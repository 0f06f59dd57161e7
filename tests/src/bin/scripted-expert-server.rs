//! The scripted expert server, for use by hand: prints its address and the models, and serves
//! until its standard input ends or it is interrupted.

use std::{
    env,
    io::{self, Read, Write},
};

use coterie_tests::experts::{Behaviour, ScriptedServer};

fn main() -> io::Result<()> {
    let port = env::args().nth(1).and_then(|port| port.parse().ok());
    let server = ScriptedServer::start_on(port.unwrap_or(0))?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", server.base_url())?;
    for model in Behaviour::models() {
        writeln!(out, "  {model}")?;
    }
    writeln!(out, "Press Ctrl+D to stop.")?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}
