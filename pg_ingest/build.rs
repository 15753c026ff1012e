//! Keeps pgrx's schema in the library.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // The statics that describe the schema are referenced by nothing. Linkers drop their section where its marks for keeping
    // are lost on the way, and cargo-pgrx then finds no schema. macOS' linker knows neither the trouble nor the flag.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system != "macos") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,--no-gc-sections");
    }
}
