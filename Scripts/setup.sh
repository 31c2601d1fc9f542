#!/usr/bin/env bash
# Makes a checkout ready to build: Swift, system libraries, libtorch. Silent when nothing is missing.
#
#   Scripts/setup.sh            what building and testing needs
#   Scripts/setup.sh --python   also the checkout's own Python with PyTorch, for references and peers
#
# libtorch is the folder that the variable LIBTORCH names, or the link .libtorch, or else the wheel
# that this script installs into .venv. Whether that wheel is for the processor alone or for CUDA too
# is decided by pip's own configuration. Exit status 69: something is missing that only a person can give.
set -euo pipefail

readonly requirements="torch==2.13.0 numpy"
readonly oldest_swift="6.2"
readonly unavailable=69

cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

stop() {
  say "$*"
  exit "$unavailable"
}

check_swift() {
  local version
  version=$({ swift --version || true; } 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p')
  [ -n "$version" ] || stop "Swift $oldest_swift or later is needed and no 'swift' was found: install it from swift.org."
  [ "${version%%.*}" -gt "${oldest_swift%%.*}" ] \
    || { [ "${version%%.*}" -eq "${oldest_swift%%.*}" ] && [ "${version#*.}" -ge "${oldest_swift#*.}" ]; } \
    || stop "Swift $version is too old: install Swift $oldest_swift or later from swift.org."
}

# One line for each system package that is missing: its name for apt and, after a space, for Homebrew.
missing_packages() {
  command -v make >/dev/null || echo "make make"
  command -v pkg-config >/dev/null || echo "pkg-config pkgconf"
  local library
  while read -r library apt brew; do
    pkg-config --exists "$library" 2>/dev/null || echo "$apt $brew"
  done <<'LIBRARIES'
libpng libpng-dev libpng
libturbojpeg libturbojpeg0-dev jpeg-turbo
libexif libexif-dev libexif
libzip libzip-dev libzip
zlib zlib1g-dev zlib
sqlite3 libsqlite3-dev sqlite
LIBRARIES
  if [ "$(uname -s)" = Linux ]; then
    compgen -G '/usr/include/c++/*/vector' >/dev/null || echo "g++ -"
  fi
  if wants_venv && ! python3 -c 'import venv, ensurepip' 2>/dev/null; then echo "python3-venv python"; fi
}

install_system_packages() {
  local missing for_apt for_brew
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  for_apt=$(cut -d ' ' -f 1 <<<"$missing" | tr '\n' ' ')
  for_brew=$(cut -d ' ' -f 2 <<<"$missing" | tr '\n' ' ')
  if command -v apt-get >/dev/null; then
    install_with_apt $for_apt
  elif command -v brew >/dev/null; then
    say "installing $for_brew"
    brew install $for_brew >&2 || stop "Homebrew failed: run 'brew install $for_brew' and see why."
  else
    stop "these packages are missing, and so are apt-get and brew to install them: $for_apt"
  fi
  missing=$(missing_packages)
  [ -z "$missing" ] || stop "this was installed but is still not found: $missing"
}

install_with_apt() {
  local command="apt-get install -y --no-install-recommends $*" privilege=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null \
      || stop "system packages are missing; run this line and try again: sudo apt-get update && sudo $command"
    privilege="sudo -n"
  fi
  say "installing $*"
  local log
  log=$(mktemp)
  if ! { $privilege apt-get update -q && $privilege env DEBIAN_FRONTEND=noninteractive $command -q; } \
    </dev/null >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    stop "apt-get failed; run this line and see why: $command"
  fi
  rm -f "$log"
}

is_libtorch() {
  [ -f "$1/include/ATen/ATen.h" ] && { [ -f "$1/lib/libtorch_cpu.so" ] || [ -f "$1/lib/libtorch_cpu.dylib" ]; }
}

check_given_libtorch() {
  case "$LIBTORCH" in
    "") stop "LIBTORCH is set but empty: unset it, or give it the path of a libtorch or of a wheel's 'torch' folder." ;;
    /*) ;;
    *) stop "LIBTORCH must be an absolute path, and '$LIBTORCH' is not." ;;
  esac
  is_libtorch "$LIBTORCH" \
    || stop "LIBTORCH=$LIBTORCH is not a libtorch: it needs include/ATen/ATen.h and lib/libtorch_cpu.so (or .dylib)."
}

# The wheel's folder inside .venv, relative to the checkout so that the checkout can be moved.
venv_libtorch() { compgen -G '.venv/lib/python3*/site-packages/torch' | head -n 1; }

# A venv counts as made only when the last step has written down what is in it.
venv_is_complete() {
  [ -x .venv/bin/python ] && [ "$(cat .venv/complete 2>/dev/null)" = "$requirements" ] \
    && is_libtorch "$(venv_libtorch)"
}

wants_venv() {
  ! venv_is_complete && { "$python" || { [ -z "${LIBTORCH+set}" ] && { [ -e .venv ] || ! is_libtorch .libtorch; }; }; }
}

# True when every file that the wheel lists is there and both packages load.
venv_works() {
  [ -x .venv/bin/python ] && .venv/bin/python - $requirements <<'PYTHON' 2>/dev/null
import sys
from importlib import import_module, metadata

for requirement in sys.argv[1:]:
    name, _, version = requirement.partition("==")
    found = metadata.distribution(name)
    assert found.version.split("+")[0] == (version or found.version.split("+")[0])
    assert all(file.locate().exists() for file in found.files if file.suffix != ".pyc")
    import_module(name)
PYTHON
}

make_venv() {
  if ! venv_works; then
    [ ! -e .venv ] || say ".venv is only half made: starting it again"
    say "installing $requirements into .venv (once; hundreds of megabytes)"
    rm -rf .venv
    python3 -m venv .venv || stop "Python could not make .venv: is python3 3.10 or later, with its venv module?"
    local quiet="--quiet"
    [ ! -t 2 ] || quiet=""
    .venv/bin/python -m pip install --disable-pip-version-check $quiet $requirements >&2 \
      || stop "pip could not install $requirements: is there a network? Running this again starts where it can."
    venv_works || stop "the wheel in .venv does not load: delete .venv and try again, or set LIBTORCH."
  fi
  printf '%s\n' "$requirements" >.venv/complete
}

# A link that already leads to a libtorch stays: someone may have made it on purpose.
link_libtorch() {
  ! is_libtorch .libtorch || return 0
  [ -L .libtorch ] || [ ! -e .libtorch ] \
    || stop ".libtorch is in the way and is no libtorch: move it away and try again."
  ln -sfn "$(venv_libtorch)" .libtorch
}

case "${1-}" in
  "") python=false ;;
  --python) python=true ;;
  *) say "unknown argument '$1': the only one is --python"; exit 64 ;;
esac

check_swift
if [ -n "${LIBTORCH+set}" ]; then check_given_libtorch; fi
install_system_packages
if wants_venv; then make_venv; fi
if [ -z "${LIBTORCH+set}" ]; then link_libtorch; fi
