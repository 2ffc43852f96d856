# Sourced by the other scripts: makes sure that Debian packages are there.
# need KIND...: installs the packages of those kinds in scripts/packages.txt that are missing, by apt when it can;
# otherwise names exactly what is missing and ends.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")

missing_packages() {
  local kind package
  while read -r kind package; do
    case " $* " in *" $kind "*) ;; *) continue ;; esac
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
  done < <(grep -v '^#' "$here/packages.txt")
}

need() {
  local missing
  command -v dpkg-query >/dev/null || return 0  # no Debian: CMake names what it does not find
  missing=$(missing_packages "$@" | tr '\n' ' ')
  [ -n "${missing// /}" ] || return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      as_root=(sudo)
    else
      echo "nsgcheck: missing packages; as root, run: apt-get install $missing" >&2
      exit 2
    fi
  fi
  echo "installing: $missing" >&2
  { "${as_root[@]}" apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends $missing; } >&2 || {
    echo "nsgcheck: could not install: $missing" >&2
    exit 2
  }
}

# build PRESET [TARGET...]: configures once, then builds what changed; quiet unless it fails.
build() {
  local preset=$1 log
  shift
  log=$(mktemp)
  if [ ! -f "$root/build/$preset/build.ninja" ]; then
    echo "configuring build/$preset" >&2
    (cd "$root" && cmake --preset "$preset") >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; exit 2; }
  fi
  echo "building build/$preset (the first time takes some minutes)" >&2
  (cd "$root" && cmake --build --preset "$preset" ${1:+--target "$@"}) >"$log" 2>&1 || {
    cat "$log" >&2
    rm -f "$log"
    exit 2
  }
  rm -f "$log"
}
