#!/usr/bin/env bash
# Every fuzz target for so many seconds, from seeds made by code. What is found stands in fuzz/artifacts and becomes a
# test. The corpus is kept between runs.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
time=${1:-60}
command -v cargo-fuzz >/dev/null || { echo "cargo-fuzz is not installed: cargo install cargo-fuzz --locked" >&2; exit 1; }
cargo +nightly --version >/dev/null 2>&1 || { echo "no nightly toolchain: rustup toolchain install nightly" >&2; exit 1; }
set -e
cargo run --quiet --example fuzz_seeds -- fuzz/corpus
set +e
failed=0
for target in json tar codecs survey session; do
  echo "== $target, $time s"
  cargo +nightly fuzz run --sanitizer none "$target" -- -max_total_time="$time" -timeout=20 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 2>&1 |
    { grep -E "^stat::(number_of_executed|average|peak)|panicked|SUMMARY|Test unit written|ALARM" || true; }
  [ "${PIPESTATUS[0]}" = 0 ] || failed=1
done
exit $failed
