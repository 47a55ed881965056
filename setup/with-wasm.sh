#!/usr/bin/env bash
# Runs a command with the Rust, the C compiler and the tools that setup.sh found for wasm32: with-wasm.sh cargo build …

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ -e "$root/.tools/env.sh" ] || bash "$root/setup/setup.sh" dist
source "$root/.tools/env.sh"

# 128-bit vectors make hashing a fifth faster; every browser that the page supports has had them since early 2023
flags="-C target-feature=+simd128"
# these would take the place of the flags below
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS
if [ -n "$PULLCHECK_WASM_FLAGS" ]; then
  # these would replace the compiler, or the flag that names its sysroot
  unset RUSTC RUSTUP_TOOLCHAIN
fi
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="$PULLCHECK_WASM_FLAGS $flags"
export CFLAGS_wasm32_unknown_unknown=-msimd128
PATH=$PULLCHECK_WASM_PATH exec "$@"
