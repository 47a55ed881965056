#!/usr/bin/env bash
# Everything that must hold, in the order of what fails fastest. Goes on after a failure, so that one run tells all;
# the last line counts the tests, and every check that is not a test but failed counts as one that failed.

source "$(dirname "${BASH_SOURCE[0]}")/../setup/lib.sh"
cd "$root"
source .tools/env.sh
set +e

export PULLCHECK_REQUIRE_PEERS=1 # a missing program to compare with is a failure here, not a skipped test
logs=$root/.tools/logs
rm -rf "$logs"
mkdir -p "$logs"
passed=0 failed=0 skipped=0
broken=()

native() { PATH=$PULLCHECK_NATIVE_PATH "$@"; }
wasm() { bash setup/with-wasm.sh "$@"; }

# step NAME COMMAND…: runs it, keeps what it says in .tools/logs/NAME.log as well
step() {
  local name=$1 started=$SECONDS status
  shift
  printf '\n== %s\n' "$name"
  "$@" 2>&1 </dev/null | tee "$logs/${name// /-}.log"
  status=${PIPESTATUS[0]}
  printf '== %s: %s after %d s\n' "$name" "$([ "$status" = 0 ] && echo ok || echo FAILED)" $((SECONDS - started))
  [ "$status" = 0 ] || broken+=("$name")
  return "$status"
}

# check NAME COMMAND…: a step that is one thing to hold or not
check() { step "$@" || failed=$((failed + 1)); }

# tests NAME FORM COMMAND…: a step whose output counts tests; failing without a failed test counts as one
tests() {
  local name=$1 form=$2 status counts
  shift 2
  step "$name" "$@"
  status=$?
  case $form in
    cargo) counts=$(sed -nE 's/^test result: [^.]*\. ([0-9]+) passed; ([0-9]+) failed; ([0-9]+) ignored.*/\1 \2 \3/p' "$logs/${name// /-}.log") ;;
    node) counts=$(awk '$1 == "ℹ" { n[$2] = $3 } END { print n["pass"] + 0, n["fail"] + n["cancelled"] + 0, n["skipped"] + n["todo"] + 0 }' "$logs/${name// /-}.log") ;;
  esac
  local p=0 f=0 s=0 a b c
  while read -r a b c; do p=$((p + ${a:-0})) f=$((f + ${b:-0})) s=$((s + ${c:-0})); done <<<"$counts"
  if [ $((p + f)) = 0 ]; then
    echo "== $name ran no test"
    f=1
    [ $status != 0 ] || broken+=("$name")
  elif [ $status != 0 ] && [ $f = 0 ]; then
    f=1
  fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

check "format" native cargo fmt --check
check "clippy native" native cargo clippy --locked --all-targets --features mirrors --quiet -- -D warnings
# --profile page: shares the macros and build scripts with the page's build
check "clippy wasm32" wasm cargo clippy --locked --profile page --target wasm32-unknown-unknown --no-default-features --features web --lib --bin page --quiet -- -D warnings
# with those that take minutes, which `cargo test` alone leaves out and says so
tests "cargo test" cargo native cargo test --locked --no-fail-fast -- --include-ignored
if step "page build" bash setup/dist.sh; then
  check "size budget" node tests/size-budget.mjs
  tests "page tests" node node --test --test-reporter=spec --test-concurrency=2 --test-timeout=1500000 tests/page/*.test.mjs
else
  failed=$((failed + 1))
  echo "== no page to weigh or test: it was not built"
fi

echo
[ ${#broken[@]} = 0 ] || printf 'failed: %s\n' "${broken[@]}"
if [ $skipped = 0 ]; then
  echo "$passed passed, $failed failed"
else
  echo "$passed passed, $failed failed, $skipped skipped"
fi
[ $failed = 0 ]
