//! Compiles C programs against the header and the library of this very build, and runs them.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};

/// A folder of its own for a test, empty.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Compiles one file of the project into a program in the folder, with every check that the compiler has.
pub fn compile(source: &str, folder: &Path) -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = library();
    let program = folder.join(Path::new(source).file_stem().expect("a source has a name"));
    let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
    let output = Command::new(compiler)
        .args(["-std=c11", "-pedantic", "-Wall", "-Wextra", "-Werror", "-g", "-fno-omit-frame-pointer"])
        .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all"])
        .arg("-I")
        .arg(project.join("include"))
        .arg(project.join(source))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(&library)
        .arg("-lconclave")
        .arg(format!("-Wl,-rpath,{}", library.display()))
        .output()
        .expect("a C compiler is installed as cc");
    assert!(output.status.success(), "{source} does not compile:\n{}", String::from_utf8_lossy(&output.stderr));
    program
}

/// Runs a program with the sanitizers on; the first fault of memory, or leak, ends it with an error.
pub fn run(program: &Path, arguments: &[&str]) -> Output {
    Command::new(program)
        .args(arguments)
        .current_dir(program.parent().expect("it is in a folder"))
        .env("ASAN_OPTIONS", "detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=1")
        .env("UBSAN_OPTIONS", "print_stacktrace=1")
        .output()
        .expect("the program can be run")
}

/// Where cargo puts `libconclave.so` while it builds this test: beside the test itself.
fn library() -> PathBuf {
    let test = env::current_exe().expect("a test knows where it is");
    let folder = test.parent().expect("it is in a folder").to_path_buf();
    assert!(folder.join("libconclave.so").is_file(), "no libconclave.so in {}", folder.display());
    folder
}
