//! A display of the X server that nobody looks at, and hands for what is on it.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::skip;

/// A display without a screen, that ends with the test.
pub(crate) struct Display {
    server: Child,
    pub(crate) name: String,
}

impl Display {
    /// Starts one. `None`, having said why, where what it takes is not installed.
    pub(crate) fn start() -> Option<Self> {
        if let Err(error) = Command::new("xdotool").arg("version").output() {
            skip(&format!("xdotool: {error}"));
            return None;
        }
        // The server takes a number that is free, and says which once it is ready.
        let started = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1600x1000x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut server = match started {
            Ok(server) => server,
            Err(error) => {
                skip(&format!("Xvfb: {error}"));
                return None;
            }
        };
        let mut number = String::new();
        let told = server.stdout.take().expect("it is piped");
        BufReader::new(told)
            .read_line(&mut number)
            .expect("Xvfb says its number");
        let name = format!(":{}", number.trim());
        Some(Self { server, name })
    }

    /// What `xdotool` answers; it has to go well.
    pub(crate) fn xdotool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.name)
            .output()
            .expect("xdotool starts");
        assert!(
            output.status.success(),
            "xdotool {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
