//! `include/conclave.h` says what `src/ffi` is. With `CONCLAVE_WRITE_HEADER` set, it is written instead (`make header`).

use std::path::Path;
use std::{env, fs};

/// The files that a C programmer reads, in this order.
const FILES: [&str; 8] = ["result", "lifecycle", "host", "sounds", "settings", "calls", "console", "picture"];

#[test]
fn the_header_is_what_the_sources_say() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(project.join("cbindgen.toml")).expect("cbindgen.toml can be read");
    let mut builder = cbindgen::Builder::new().with_config(config);
    for file in FILES {
        builder = builder.with_src(project.join("src/ffi").join(file).with_extension("rs"));
    }
    let mut made = Vec::new();
    builder.generate().expect("cbindgen understands src/ffi").write(&mut made);
    let made = String::from_utf8(made).expect("a header is text");
    let header = project.join("include/conclave.h");

    for function in exported(&project.join("src/ffi")) {
        assert!(made.contains(&format!("{function}(")), "{function} is in a file that FILES does not name");
    }
    if env::var_os("CONCLAVE_WRITE_HEADER").is_some() {
        fs::create_dir_all(header.parent().expect("it is in a folder")).expect("the folder can be made");
        fs::write(&header, made).expect("the header can be written");
        return;
    }
    let kept = fs::read_to_string(&header).unwrap_or_default();
    assert!(kept == made, "include/conclave.h is not what src/ffi says: run make header and commit what it writes");
}

/// The names of all functions that a C program could find in the library.
fn exported(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for file in fs::read_dir(folder).expect("the folder can be read") {
        let source = fs::read_to_string(file.expect("the folder can be read").path()).expect("a file can be read");
        names.extend(source.split("#[unsafe(no_mangle)]\n").skip(1).map(|function| {
            let name = function.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
            name.expect("a function follows").to_owned()
        }));
    }
    names
}
