//! A C host can do anything wrong and gets a code, never a crash: `tests/c/misuse.c` under AddressSanitizer.

mod c_host;

use std::fs;

#[test]
fn every_mistake_of_a_c_host_is_answered() {
    let program = c_host::compile("tests/c/misuse.c", &c_host::folder("misuse"));
    let output = c_host::run(&program, &[]);
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{complained}");
}

/// Otherwise the other tests would prove nothing about what is freed.
#[test]
fn the_sanitizers_of_these_tests_find_a_leak() {
    let folder = c_host::folder("leak");
    let source = folder.join("leak.c");
    let leak = "#include <stdlib.h>\nint main(void)\n{\n    char *volatile lost = malloc(8);\n    lost = NULL;\n    return lost != NULL;\n}\n";
    fs::write(&source, leak).expect("the source can be written");
    let program = c_host::compile(source.to_str().expect("the path is text"), &folder);
    let output = c_host::run(&program, &[]);
    let complained = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && complained.contains("detected memory leaks"), "{complained}");
}
