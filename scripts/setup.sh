#!/bin/sh
# Prepares .venv from the locked requirements. `setup.sh run` for the dashboard, `setup.sh test` for the tests as well.
# As root on Debian, missing system packages are installed; anywhere else it says what is missing.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
venv_python=.venv/bin/python

say() { printf '%s\n' "$*" >&2; }

recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

can_make_venv() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
        if recent "$candidate"; then echo "$candidate"; return; fi
    done
    return 1
}

find_chromium() {
    for candidate in "${ZWK_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1; then return; fi
    done
    return 1
}

venv_works() { [ -x "$venv_python" ] && recent "$venv_python" && "$venv_python" -m pip --version >/dev/null 2>&1; }

missing_for_python() {
    if venv_works; then return; fi
    if ! python=$(find_python); then echo "python3 python3-venv"; return; fi
    can_make_venv "$python" || echo "python3-venv"
}

# Playwright drives the browser through a program of its own that needs this library (Debian: libatomic1).
find_libatomic() { [ "$(uname -s)" != Linux ] || ls /lib/*/libatomic.so.1 /usr/lib*/*/libatomic.so.1 /usr/lib*/libatomic.so.1 2>/dev/null | grep -q .; }

missing_for_browser() {
    if [ "$purpose" != test ]; then return; fi
    find_chromium || echo "chromium fonts-dejavu-core"
    find_libatomic || echo "libatomic1"
}

# The store is tested on a PostgreSQL of its own: initdb and postgres, wherever they lie.
find_postgresql() {
    for candidate in "${ZWK_POSTGRESQL:-}" /usr/lib/postgresql/*/bin; do
        if [ -n "$candidate" ] && [ -x "$candidate/initdb" ] && [ -x "$candidate/postgres" ]; then return; fi
    done
    command -v initdb >/dev/null 2>&1
}

missing_for_postgresql() {
    if [ "$purpose" != test ]; then return; fi
    find_postgresql || echo "postgresql postgresql-client"
}

# Documents are opened again by another program: LibreOffice, and pdftoppm to look at the pages.
missing_for_office() {
    if [ "$purpose" != test ]; then return; fi
    command -v soffice >/dev/null 2>&1 || echo "libreoffice-impress libreoffice-calc libreoffice-writer"
    command -v pdftoppm >/dev/null 2>&1 || echo "poppler-utils"
}

# Debian would start a server for everybody with the package; the tests start their own and nobody else's is wanted.
no_server_at_start() {
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
}

is_debian() { grep -qs '^ID=debian' /etc/os-release && command -v apt-get >/dev/null 2>&1; }

install_packages() {
    case "$*" in *postgresql*) no_server_at_start ;; esac
    say "Installing system packages: $*"
    DEBIAN_FRONTEND=noninteractive apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

explain() {
    say "Missing on this system:"
    [ -z "$for_python" ] || say "  Python 3.11 or newer with venv and pip (Debian/Ubuntu: $for_python; macOS: python.org or brew install python)"
    [ -z "$for_browser" ] || say "  for the tests in a browser: Chromium or Google Chrome (or its path in ZWK_CHROMIUM) and libatomic ($for_browser)"
    [ -z "$for_postgresql" ] || say "  for the tests of the store on PostgreSQL: its server (or the folder of its programs in ZWK_POSTGRESQL) ($for_postgresql)"
    [ -z "$for_office" ] || say "  for the tests of documents: LibreOffice (soffice) and pdftoppm ($for_office)"
    if is_debian; then say "  as root:  apt-get update && apt-get install -y --no-install-recommends $for_python $for_browser $for_postgresql $for_office"; fi
}

system_packages() {
    for_python=$(missing_for_python)
    for_browser=$(missing_for_browser | tr '\n' ' ')
    for_postgresql=$(missing_for_postgresql)
    for_office=$(missing_for_office | tr '\n' ' ')
    if [ -z "$for_python$for_browser$for_postgresql$for_office" ]; then return; fi
    if is_debian && [ "$(id -u)" = 0 ]; then
        # shellcheck disable=SC2086  # lists of package names
        install_packages $for_python $for_browser $for_postgresql $for_office
        for_python=$(missing_for_python)
        for_browser=$(missing_for_browser | tr '\n' ' ')
        for_postgresql=$(missing_for_postgresql)
        for_office=$(missing_for_office | tr '\n' ' ')
        if [ -z "$for_python$for_browser$for_postgresql$for_office" ]; then return; fi
    fi
    explain
    if [ -n "$for_python" ] || [ -n "${CI:-}" ]; then exit 1; fi
    say "Going on without: the tests that need it will be skipped."
}

make_venv() {
    if venv_works; then return; fi
    say "Creating .venv"
    "$(find_python)" -m venv --clear .venv
}

# The installed lock is kept in .venv, so an unchanged one costs nothing and a changed one is noticed whatever its date.
install_requirements() {
    lock=.venv/installed-$purpose.txt
    if [ "$purpose" = test ]; then files="requirements.txt requirements-dev.txt"; else files="requirements.txt"; fi
    # shellcheck disable=SC2086
    if cat $files | cmp -s - "$lock"; then return; fi
    say "Installing the locked packages (about 200 MB to load the first time)"
    if [ -t 1 ]; then quiet=; else quiet=--quiet; fi
    # shellcheck disable=SC2046,SC2086
    "$venv_python" -m pip install --disable-pip-version-check $quiet $(printf -- '-r %s ' $files) ||
        { say "The packages could not be installed: is a package registry within reach of pip?"; exit 1; }
    # shellcheck disable=SC2086
    cat $files >"$lock"
}

system_packages
make_venv
install_requirements
