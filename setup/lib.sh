# Words and steps that every set-up script shares. Sourced, never run; needs bash.
#
# Everything that is built for this project only goes to $PULLCHECK_CACHE (default ~/.cache/pullcheck), one folder per
# tool and version, so that a second clone on the same machine finds it. Nothing is written outside it, the clone, what
# the system's package manager installs, and the caches of cargo, rustup and npm.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${PULLCHECK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/pullcheck}
mkdir -p "$cache" "$root/.tools"

# One line per step: what was found, or what is being installed and how long that usually takes.
found() { printf 'setup: %-22s %s\n' "$1" "$2"; }
doing() { printf 'setup: %-22s %s\n' "$1" "$2 (usually $3)"; }
warn() { printf 'setup: %s\n' "$*" >&2; }
die() {
  printf 'setup: error: %s\n' "$*" >&2
  exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }

# version_of TEXT: the first thing in it that looks like 1.2 or 1.2.3
version_of() { printf '%s\n' "$1" | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1; }
# at_least HAVE WANT
at_least() { [ -n "$1" ] && [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
# locked_version CRATE: its version in Cargo.lock
locked_version() { awk -v crate="\"$1\"" '$1 == "name" && $3 == crate { getline; gsub(/"/, "", $3); print $3; exit }' "$root/Cargo.lock"; }

# Debian's packages that are missing are collected and installed with one call.
apt_missing=()
apt_have() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }
apt_want() {
  local package
  for package in "$@"; do
    apt_have "$package" || apt_missing+=("$package")
  done
}
apt_install() {
  [ ${#apt_missing[@]} -gt 0 ] || return 0
  local as_root=() list="${apt_missing[*]}"
  have apt-get || die "this is not Debian or Ubuntu: install by hand what these packages hold, then run it again: $list"
  if [ "$(id -u)" != 0 ]; then
    have sudo || die "neither root nor sudo: ask for these packages to be installed: $list"
    as_root=(sudo)
  fi
  doing "Debian packages" "installing $list" "under 2 minutes"
  if ! {
    "${as_root[@]}" apt-get update -qq &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${apt_missing[@]}"
  } >"$root/.tools/apt.log" 2>&1 </dev/null; then
    tail -n 15 "$root/.tools/apt.log" >&2
    die "apt-get failed (.tools/apt.log); install by hand: $list"
  fi
  apt_missing=()
}
