#!/usr/bin/env bash
# Runs a command with the Rust, the C compiler and the tools that setup.sh found for wasm32: with-wasm.sh cargo build …

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
[ -e "$root/.tools/env.sh" ] || bash "$root/setup/setup.sh" dist
source "$root/.tools/env.sh"

if [ -n "$PULLCHECK_WASM_FLAGS" ]; then
  # these would replace the compiler, or the flag that names its sysroot
  unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS RUSTC RUSTUP_TOOLCHAIN
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$PULLCHECK_WASM_FLAGS
fi
PATH=$PULLCHECK_WASM_PATH exec "$@"
