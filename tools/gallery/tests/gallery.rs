//! Every program of the gallery draws something, of a hundredth of its data, and the page shows it.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn gallery(arguments: &[&str], out: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_galvani-gallery"))
        .arg("--out")
        .arg(out)
        .args(arguments)
        .output()
        .expect("the program starts")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    // It is usually not there.
    let _ = fs::remove_dir_all(&folder);
    folder
}

#[test]
fn all_of_it_is_drawn() {
    let out = folder("gallery");
    let output = gallery(&["--small"], &out);
    assert!(output.status.success(), "{output:?}");
    let page = fs::read_to_string(out.join("index.html")).expect("a page");
    let pictures: Vec<&str> = page
        .split("<img src=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(pictures.len() >= 2, "{page}");
    for picture in pictures {
        let file = File::open(out.join(picture)).expect("a picture");
        let mut reader = png::Decoder::new(BufReader::new(file))
            .read_info()
            .expect("a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("a small picture")];
        reader.next_frame(&mut bytes).expect("pixels");
        let colours: HashSet<&[u8; 4]> = bytes.as_chunks().0.iter().collect();
        // The axes alone have the letters' shades.
        assert!(colours.len() > 8, "{picture} has {} colours", colours.len());
    }
    fs::remove_dir_all(&out).expect("it is there");
}

#[test]
fn what_is_not_there_is_said() {
    let out = folder("gallery-none");
    let output = gallery(&["nothing"], &out);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("\"nothing\"") && said.contains("points"), "{said}");
    assert!(!out.exists(), "nothing is left behind");
}
