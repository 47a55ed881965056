#!/usr/bin/env bash
# Builds dist/, unless it stands already and nothing that goes into it has changed since: the page, then its static mirrors.
# PULLCHECK_SITE says where it will stand, for search engines: https://example.org/pullcheck.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"
[ -e .tools/env.sh ] || bash setup/setup.sh dist
source .tools/env.sh

# What dist/ depends on: every file of the project but its tests and texts, and the programs that build it.
inputs() {
  printf '%s\n' "${PULLCHECK_SITE:-}" "$PULLCHECK_WASM_RUST" "$CC_wasm32_unknown_unknown" "$(PATH=$PULLCHECK_WASM_PATH wasm-opt --version)"
  git ls-files -z --cached --others --exclude-standard -- . ':!tests' ':!.github' ':!.ci' ':!docs' ':!setup/serve.mjs' ':!setup/screenshot.mjs' |
    sort -z | while IFS= read -r -d '' file; do [ -f "$file" ] && printf '%s\0' "$file"; done | xargs -0 sha256sum
  # What previews of links show.
  if [ -n "${PULLCHECK_SITE:-}" ]; then sha256sum docs/screenshot*.png; fi
}
now=$(inputs | sha256sum | cut -d' ' -f1)
if [ -e dist/index.html ] && [ "$(cat .tools/dist.inputs 2>/dev/null)" = "$now" ]; then
  echo "dist: up to date"
  exit 0
fi

echo "dist: building the page (usually 2 to 4 minutes for a release build after a change of the core, less for the page's own files)"
rm -f .tools/dist.inputs
started=$SECONDS
# NO_COLOR: Trunk 0.21 takes NO_COLOR=1 for a bad argument
env -u NO_COLOR bash setup/with-wasm.sh trunk build --offline --skip-version-check </dev/null
echo "dist: writing the static pages (usually half a minute, of which most is building the core for this machine)"
PATH=$PULLCHECK_NATIVE_PATH cargo run --locked --offline --quiet --no-default-features --features mirrors --bin mirrors -- dist </dev/null
echo "$now" >.tools/dist.inputs
echo "dist: built in $((SECONDS - started)) s"
