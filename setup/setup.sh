#!/usr/bin/env bash
# Makes this machine able to build the page (goal "dist") or to run every test (goal "test").
#
# What is installed already and fits is used; only then is something installed or built. One line says what each step
# found or does. The result is .tools/env.sh, which the other scripts read. Running it again costs about a second.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$root"

goal=${1:-test}
case $goal in dist | test) ;; *) die "unknown goal '$goal': dist or test" ;; esac

target=wasm32-unknown-unknown
rust_wanted=$(awk -F'"' '/^rust-version/ { print $2; exit }' Cargo.toml)
bindgen_wanted=$(locked_version wasm-bindgen)
trunk_wanted=0.21.14
wasm_opt_wanted=$(awk -F'"' '$2 == "binaryen" { print $4; exit }' package.json)
wasm_opt_oldest=132 # it has --remove-exports (www/index.html)
debian_llvm=22

# --- 1. Rust for this machine: any cargo that is new enough
native_path=$PATH
native_rust() { PATH=$native_path rustc --version 2>/dev/null | cut -d' ' -f2; }
native_has() { PATH=$native_path cargo "$1" --version >/dev/null 2>&1; }
if ! at_least "$(native_rust)" "$rust_wanted" && [ -x /usr/bin/rustc ] && at_least "$(version_of "$(/usr/bin/rustc --version)")" "$rust_wanted"; then
  native_path=/usr/bin:$PATH
fi
if ! at_least "$(native_rust)" "$rust_wanted" && have rustup; then
  doing "Rust $rust_wanted" "rustup toolchain install stable" "1 minute"
  timeout 300 rustup toolchain install stable --profile minimal -c clippy -c rustfmt >.tools/rustup.log 2>&1 </dev/null || true
fi
if ! at_least "$(native_rust)" "$rust_wanted"; then
  apt_want rustc-web cargo-web
  [ "$goal" = dist ] || apt_want rust-web-clippy rustfmt-web
  apt_install
  native_path=/usr/bin:$PATH
fi
at_least "$(native_rust)" "$rust_wanted" || die "Rust $rust_wanted or newer is needed: https://rustup.rs"
found "Rust" "$(native_rust), $(PATH=$native_path command -v cargo)"
if [ "$goal" = test ]; then
  for part in clippy fmt; do
    native_has $part && continue
    if [ "$(PATH=$native_path command -v cargo)" = /usr/bin/cargo ]; then
      apt_want rust-web-clippy rustfmt-web
    elif have rustup; then
      doing "cargo $part" "rustup component add" "20 s"
      timeout 120 rustup component add clippy rustfmt >.tools/rustup.log 2>&1 </dev/null || true
    fi
  done
fi

# --- 2. Rust that compiles to wasm32: the ordinary one, one that rustup completes, or Debian's
target_in() { compgen -G "$("$1" --print sysroot)/lib/rustlib/$target/lib/libstd-*.rlib" >/dev/null; }
debian_version() { [ -x /usr/bin/rustc ] && version_of "$(/usr/bin/rustc --version)"; }
debian_ready() {
  at_least "$(debian_version || true)" "$rust_wanted" || return 1
  # distribution packages only: a rustup proxy in /usr/bin would be another thing
  apt_have rustc-web && apt_have cargo-web && apt_have rust-web-llvm
}
debian_sysroot() { printf '%s/std-%s-%s' "$cache" "$target" "$(debian_version)"; }

# PULLCHECK_RUST=debian takes Debian's way even where rustup's works, to try it.
mode=
if [ "${PULLCHECK_RUST:-}" = debian ]; then
  mode=debian
  apt_want rustc-web cargo-web rust-web-src rust-web-llvm
elif PATH=$native_path target_in rustc; then
  mode=ordinary
elif debian_ready && [ -e "$(debian_sysroot)/complete" ]; then
  mode=debian
elif have rustup && doing "$target" "rustup target add" "10 s" &&
  timeout 90 rustup target add $target >.tools/rustup.log 2>&1 </dev/null && PATH=$native_path target_in rustc; then
  mode=ordinary
else
  ! have rustup || found "$target" "rustup cannot fetch it here ($(grep -m 1 -i error .tools/rustup.log | cut -c1-80)); trying Debian's Rust"
  have apt-get || die "rustup could not add $target (.tools/rustup.log), and there is no apt-get: run 'rustup target add $target' where its server can be reached"
  apt_want rustc-web cargo-web rust-web-src rust-web-llvm
  mode=debian
fi
if [ $mode = debian ]; then
  # rust-lld, which links for wasm32, is a link to a program of a package that rust-web-llvm only recommends
  apt_want lld-$debian_llvm
  [ "$goal" != test ] || apt_want rust-web-clippy
fi

# --- 3. A C compiler for wasm32 (zstd) and its archiver
c_compiler=
compiles_wasm() { have "$1" && printf 'int one(void) { return 1; }\n' | "$1" --target=$target -c -x c -o /dev/null - 2>/dev/null; }
find_c_compiler() {
  local compiler
  for compiler in "${CC_wasm32_unknown_unknown:-}" clang clang-$debian_llvm $(compgen -c clang- | grep -E '^clang-[0-9]+$' | sort -Vr | uniq); do
    [ -n "$compiler" ] && compiles_wasm "$compiler" && c_compiler=$compiler && return 0
  done
  return 1
}
find_archiver() {
  local archiver
  for archiver in "${AR_wasm32_unknown_unknown:-}" "llvm-ar${c_compiler#clang}" llvm-ar $(compgen -c llvm-ar- | grep -E '^llvm-ar-[0-9]+$' | sort -Vr | uniq); do
    [ -n "$archiver" ] && have "$archiver" && printf '%s' "$archiver" && return 0
  done
  return 1
}
if ! find_c_compiler || ! find_archiver >/dev/null; then
  if have apt-cache && apt-cache show clang-$debian_llvm >/dev/null 2>&1; then
    apt_want clang-$debian_llvm llvm-$debian_llvm
  else
    apt_want clang llvm
  fi
fi

# --- 4. Node.js, and for the tests a browser, fonts, and the programs that Pullcheck is compared with
if ! have node || ! at_least "$(version_of "$(node --version)")" 20; then apt_want nodejs; fi
have npm || apt_want npm
have git || apt_want git
have xz || apt_want xz-utils # packs the single file
find_chromium() {
  local browser
  for browser in "${PULLCHECK_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    [ -n "$browser" ] && have "$browser" && command -v "$browser" && return 0
  done
  return 1
}
peers=(skopeo umoci buildah podman docker-registry containerd ctr dockerd docker)
missing_peers() {
  local peer
  for peer in "${peers[@]}"; do have "$peer" || printf '%s\n' "$peer"; done
}
# The packages that bring them; newer releases have Docker's client apart.
missing_packages() {
  local peer
  for peer in $(missing_peers); do
    case $peer in
      ctr) printf 'containerd\n' ;;
      dockerd) printf 'docker.io\n' ;;
      docker) if apt-cache show docker-cli >/dev/null 2>&1; then printf 'docker-cli\n'; else printf 'docker.io\n'; fi ;;
      *) printf '%s\n' "$peer" ;;
    esac
  done | sort -u
}
if [ "$goal" = test ]; then
  find_chromium >/dev/null || apt_want chromium
  # shellcheck disable=SC2046 # one word per package
  apt_want $(missing_packages)
  if ! have fc-list || [ -z "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; then apt_want fontconfig fonts-noto-cjk; fi
fi
apt_install
find_c_compiler || die "no C compiler that has a wasm32 target: install clang and llvm"
archiver=$(find_archiver) || die "no llvm-ar beside $c_compiler: install llvm"
found "C compiler for wasm32" "$c_compiler $(version_of "$("$c_compiler" --version | head -n 1)"), $archiver"
at_least "$(version_of "$(node --version)")" 20 || die "Node.js 20 or newer is needed (found $(node --version))"
found "Node.js" "$(node --version)"
chromium=
if [ "$goal" = test ]; then
  chromium=$(find_chromium) || die "no Chromium: install chromium, or name one in PULLCHECK_CHROMIUM"
  found "Chromium" "$chromium, $("$chromium" --version 2>/dev/null | head -n 1)"
  [ -z "$(missing_peers)" ] || die "not on PATH after installing: $(missing_peers | tr '\n' ' ')"
  found "peers" "${peers[*]}"
  for part in clippy fmt; do native_has $part || die "cargo $part is missing: rustup component add clippy rustfmt"; done
fi

# --- 5. Tools from crates.io, built once; both run in the background while the rest goes on
built=()
build_tool() { # NAME VERSION CRATE [cargo install options]
  local name=$1 version=$2 crate=$3
  shift 3
  local log=$root/.tools/$name.log
  (
    # a debug build without debug information does the same work and is built in a quarter of the time
    export CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$cache/build-$name" PATH="$native_path"
    unset RUSTFLAGS CARGO_BUILD_TARGET CARGO_INCREMENTAL
    cd "$cache" # away from this package's own settings
    cargo install --debug --quiet "$crate@$version" --root "$cache/$name-$version.part" "$@" >"$log" 2>&1 </dev/null || exit 1
    rm -rf "$cache/$name-$version" "$cache/build-$name"
    mv "$cache/$name-$version.part" "$cache/$name-$version"
  ) &
  built+=("$! $name")
}
tool_path=
# use_tool NAME VERSION CRATE FITS USUALLY [options]: FITS VERSION says whether an installed one will do
use_tool() {
  local name=$1 version=$2 crate=$3 fits=$4 usually=$5 installed
  shift 5
  installed=$(version_of "$(PATH=$PATH "$name" --version 2>/dev/null || true)") || true
  if "$fits" "$installed"; then
    found "$name" "$installed, $(command -v "$name")"
  else
    tool_path+="$cache/$name-$version/bin:"
    if [ -x "$cache/$name-$version/bin/$name" ]; then
      found "$name" "$version, $cache/$name-$version/bin"
    else
      doing "$name" "building $version from crates.io in the background" "$usually"
      build_tool "$name" "$version" "$crate" "$@"
    fi
  fi
}
# The output of wasm-bindgen must match the library to the patch; Trunk may be any later 0.21.
bindgen_fits() { [ "$1" = "$bindgen_wanted" ]; }
trunk_fits() { at_least "$1" "$trunk_wanted" && [[ $1 == 0.21.* ]]; }
use_tool trunk "$trunk_wanted" trunk trunk_fits "3 minutes on 2 cores, up to 9" --locked
use_tool wasm-bindgen "$bindgen_wanted" wasm-bindgen-cli bindgen_fits "1 to 2 minutes on 2 cores"
kill_built() {
  local entry
  for entry in "${built[@]}"; do kill "${entry%% *}" 2>/dev/null || true; done
}
trap kill_built EXIT

# --- 6. npm: wasm-opt if there is none, and what drives the browser
wasm_opt=$(version_of "$(wasm-opt --version 2>/dev/null | grep -oE 'version [0-9]+' | sed 's/$/.0/')") || true
npm_needed=
if [ "$goal" = test ]; then npm_needed="page tests"; fi
if at_least "$wasm_opt" $wasm_opt_oldest; then
  found "wasm-opt" "${wasm_opt%.0}, $(command -v wasm-opt)"
else
  npm_needed="${npm_needed:+$npm_needed, }wasm-opt ${wasm_opt_wanted%%.*}"
  tool_path+="$root/node_modules/.bin:"
fi
if [ -n "$npm_needed" ]; then
  if [ -e node_modules/.complete ] && cmp -s package-lock.json node_modules/.complete; then
    found "npm packages" "node_modules, for $npm_needed"
  else
    doing "npm packages" "npm ci, for $npm_needed" "5 s"
    npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >.tools/npm.log 2>&1 </dev/null || {
      cat .tools/npm.log >&2
      die "npm ci failed"
    }
    cp package-lock.json node_modules/.complete
  fi
fi

# --- 7. The standard library for wasm32, where only Debian's Rust is to be had
wasm_path=$native_path
wasm_flags=
if [ $mode = ordinary ]; then
  found "$target" "with Rust $(native_rust)"
else
  sysroot=$(debian_sysroot)
  if [ -e "$sysroot/complete" ]; then
    found "$target" "with Debian's Rust $(debian_version), $sysroot"
  else
    doing "$target" "building its standard library for Debian's Rust $(debian_version)" "1 to 2 minutes"
    bash setup/debian-std.sh "$target" "$sysroot" >.tools/std.log 2>&1 </dev/null || {
      tail -n 15 .tools/std.log >&2
      die "building the standard library for $target failed (.tools/std.log)"
    }
  fi
  [ -x /usr/bin/rust-lld ] || die "/usr/bin/rust-lld leads nowhere: install the package that holds $(basename "$(readlink /usr/bin/rust-lld)")"
  # rustup's proxies must not answer here, nor anything else of /usr/bin be put first
  wasm_path=$sysroot/bin:$native_path
  wasm_flags="--sysroot $sysroot"
fi

for entry in "${built[@]}"; do
  name=${entry#* }
  if wait "${entry%% *}"; then
    found "$name" "built"
  else
    tail -n 15 "$root/.tools/$name.log" >&2
    die "building $name failed (.tools/$name.log)"
  fi
done
trap - EXIT

# --- 8. Crates: the page is built offline, so that no tool can fetch anything behind our back
if ! PATH=$wasm_path cargo fetch --locked --offline >/dev/null 2>&1 </dev/null; then
  doing "crates" "cargo fetch" "20 s"
  PATH=$native_path cargo fetch --locked --quiet </dev/null
fi

cat >.tools/env.sh.part <<ENV
# Written by setup/setup.sh; what it found on this machine.
export PULLCHECK_NATIVE_PATH='$native_path'
export PULLCHECK_WASM_PATH='$tool_path$wasm_path'
export PULLCHECK_WASM_FLAGS='$wasm_flags'
export PULLCHECK_WASM_RUST='$mode $(PATH=$wasm_path rustc --version)'
export CC_wasm32_unknown_unknown='$c_compiler'
export AR_wasm32_unknown_unknown='$archiver'
ENV
[ -z "$chromium" ] || printf "export PULLCHECK_CHROMIUM='%s'\n" "$chromium" >>.tools/env.sh.part
mv .tools/env.sh.part .tools/env.sh
