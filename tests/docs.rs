//! Documents that the code writes are what the code says now.

use std::process::Command;

#[test]
fn the_tables_of_rules_are_up_to_date() {
    for (lang, file) in [("en", "docs/rules.md"), ("zh-CN", "docs/rules.zh-CN.md")] {
        let arguments = ["rules", "--format", "markdown", "--lang", lang];
        let output = Command::new(env!("CARGO_BIN_EXE_pullcheck"))
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let written = String::from_utf8(output.stdout).unwrap();
        let path = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        // Not `assert_eq!`: two hundred kilobytes of table would bury the command.
        let line = kept.lines().zip(written.lines()).position(|(a, b)| a != b);
        assert!(
            kept == written,
            "{file} is out of date (line {}). Run:\n  cargo run --bin pullcheck -- {} > {file}",
            line.unwrap_or_else(|| kept.lines().count().min(written.lines().count())) + 1,
            arguments.join(" "),
        );
    }
}
