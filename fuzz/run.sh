#!/usr/bin/env bash
# Every fuzz target for so many seconds, from seeds made by code. What is found stands in fuzz/artifacts and becomes a
# test. The corpus is kept between runs.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
time=${1:-60}
# Coverage flags are unstable; this lets the ordinary compiler take them, so that no nightly toolchain is needed.
export RUSTC_BOOTSTRAP=1
if ! command -v cargo-fuzz >/dev/null; then
  echo "fuzz: installing cargo-fuzz from crates.io (about 2 minutes)"
  cargo install cargo-fuzz --locked --quiet || exit 1
fi
set -e
cargo run --quiet --example fuzz_seeds -- fuzz/corpus
set +e
failed=0
for target in json tar codecs survey session; do
  echo "== $target, $time s"
  cargo fuzz run --sanitizer none "$target" -- -max_total_time="$time" -timeout=20 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 2>&1 |
    { grep -E "^stat::(number_of_executed|average|peak)|panicked|SUMMARY|Test unit written|ALARM" || true; }
  [ "${PIPESTATUS[0]}" = 0 ] || failed=1
done
exit $failed
