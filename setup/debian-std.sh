#!/usr/bin/env bash
# Builds the standard library for wasm32 from the sources that Debian ships with its own Rust, into a sysroot of ours:
# debian-std.sh TARGET FOLDER. Debian's files stay as they are: FOLDER links to its compiler's own libraries and
# linker and adds the target beside them.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

target=$1
sysroot=$2
work=$(mktemp -d "$cache/std-build.XXXXXX")
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/empty/src" "$work/sysroot/bin" "$work/sysroot/lib/rustlib/$target/lib"
printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n' >"$work/empty/Cargo.toml"
printf '#![no_std]\n' >"$work/empty/src/lib.rs"

# RUSTC_BOOTSTRAP: -Zbuild-std is what lets cargo build the library itself; nothing of the project is built this way.
# embed-bitcode: without it a project that links with `lto = true` cannot use these libraries.
cd "$work/empty"
env -u CARGO_ENCODED_RUSTFLAGS RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS="-C embed-bitcode=yes" CARGO_TARGET_DIR="$work/target" \
  /usr/bin/cargo build --release --target "$target" -Zbuild-std=std,panic_abort,test

for library in "$work/target/$target/release/deps/"*.rlib; do
  case $library in */libempty-*) ;; *) cp "$library" "$work/sysroot/lib/rustlib/$target/lib/" ;; esac
done
debian=$(/usr/bin/rustc --print sysroot)
for part in "$debian/lib/rustlib/"*; do
  [ "$(basename "$part")" = "$target" ] || ln -s "$part" "$work/sysroot/lib/rustlib/"
done
for program in cargo rustc rustdoc cargo-clippy clippy-driver; do
  ln -s "/usr/bin/$program" "$work/sysroot/bin/$program"
done
touch "$work/sysroot/complete"
rm -rf "$sysroot"
mv "$work/sysroot" "$sysroot"
