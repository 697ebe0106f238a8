//! Builds the shim between Rust and the host that a feature names, and Rust's view of it.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    #[cfg(feature = "asterisk")]
    asterisk::build();
    #[cfg(feature = "freeswitch")]
    freeswitch::build();
}

#[cfg(feature = "freeswitch")]
mod freeswitch {
    use std::env;
    use std::path::PathBuf;
    use std::process::Command;

    const HERE: &str = "src/host/freeswitch";

    pub fn build() {
        println!("cargo:rerun-if-changed={HERE}");
        println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
        match flags() {
            Some(flags) => check(&flags),
            None => println!("cargo:warning=no FreeSWITCH here (pkg-config freeswitch): declarations are not compared"),
        }
        let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
        bindgen::Builder::default()
            .header(format!("{HERE}/freeswitch.h"))
            .allowlist_file(format!("{HERE}/freeswitch.h"))
            .prepend_enum_name(false)
            .generate()
            .expect("bindgen reads our own header")
            .write_to_file(out.join("freeswitch_sys.rs"))
            .expect("OUT_DIR can be written");
    }

    /// How a module of the installed FreeSWITCH is compiled.
    fn flags() -> Option<Vec<String>> {
        let found = Command::new("pkg-config").args(["--cflags", "freeswitch"]).output().ok()?;
        let flags = String::from_utf8(found.stdout).ok().filter(|_| found.status.success())?;
        Some(flags.split_whitespace().map(str::to_owned).collect())
    }

    /// Has the C compiler compare our declarations with FreeSWITCH's.
    fn check(flags: &[String]) {
        let mut compiler = cc::Build::new();
        compiler.file(format!("{HERE}/check.c")).flag("-std=gnu11").warnings(false).cargo_metadata(false);
        for flag in flags {
            compiler.flag(flag);
        }
        if let Err(error) = compiler.try_compile("conclave_freeswitch_check") {
            panic!("{HERE}/freeswitch.h does not fit the FreeSWITCH that pkg-config finds: {error}");
        }
    }
}

#[cfg(feature = "asterisk")]
mod asterisk {
    use std::env;
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::{Path, PathBuf};

    const SHIM: &str = "src/host/asterisk";

    pub fn build() {
        println!("cargo:rerun-if-changed={SHIM}");
        println!("cargo:rerun-if-env-changed=ASTERISK_INCLUDE");
        let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
        let headers = only_asterisk(&find_headers(), &out);

        cc::Build::new()
            .files(
                ["shim.c", "shim_admin.c", "shim_calls.c", "shim_channel.c", "shim_formats.c", "shim_sound.c"]
                    .map(|file| format!("{SHIM}/{file}")),
            )
            .include(&headers)
            .flag("-std=gnu11")
            .flag("-Wno-unused-parameter")
            // Asterisk's own headers.
            .flag("-Wno-old-style-declaration")
            .define("_GNU_SOURCE", None)
            .define("AST_MODULE", "\"app_conclave\"")
            .define("AST_MODULE_SELF_SYM", "__internal_app_conclave_self")
            .cargo_metadata(false)
            .compile("conclave_asterisk");
        println!("cargo:rustc-link-search=native={}", out.display());
        // The module's table registers itself from a constructor, which nothing refers to: only
        // a whole archive keeps it.
        println!("cargo:rustc-link-lib=static:+whole-archive=conclave_asterisk");

        bindgen::Builder::default()
            .header(format!("{SHIM}/shim.h"))
            .allowlist_function("cv_.*")
            .allowlist_type("cv_.*")
            .allowlist_var("CV_.*")
            .prepend_enum_name(false)
            .generate()
            .expect("bindgen reads the shim's header")
            .write_to_file(out.join("asterisk_sys.rs"))
            .expect("OUT_DIR can be written");
    }

    /// The directory that holds `asterisk.h`.
    fn find_headers() -> PathBuf {
        let given = env::var_os("ASTERISK_INCLUDE").map(PathBuf::from);
        let places = match given {
            Some(place) => vec![place],
            None => vec!["/usr/include".into(), "target/asterisk/usr/include".into()],
        };
        for place in &places {
            if place.join("asterisk.h").is_file() {
                println!("cargo:rerun-if-changed={}", place.join("asterisk.h").display());
                return place.clone();
            }
        }
        panic!(
            "no asterisk.h in {places:?}: install Asterisk's headers (Debian: asterisk-dev), \
             or set ASTERISK_INCLUDE to the directory that holds asterisk.h"
        );
    }

    /// A directory with Asterisk's headers and no others: beside a foreign `asterisk.h` may
    /// stand a foreign libc, whose headers must not come before this machine's own.
    fn only_asterisk(place: &Path, out: &Path) -> PathBuf {
        let only = out.join("asterisk_include");
        let _ = fs::remove_dir_all(&only);
        fs::create_dir_all(&only).expect("OUT_DIR can be written");
        let place = place.canonicalize().expect("the directory was just read");
        for name in ["asterisk.h", "asterisk"] {
            symlink(place.join(name), only.join(name)).expect("OUT_DIR can be written");
        }
        only
    }
}
