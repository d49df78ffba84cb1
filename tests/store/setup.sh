#!/bin/sh
# Makes sure that there is a PostgreSQL for the store's tests, which start a server of their own.
# Installs nothing where one is there, and never a server that the system starts. Where this script
# cannot install one, those tests are skipped and say so.
set -eu
. "$(dirname "$0")/../apt.sh"

have_postgres() {
    if command -v postgres >/dev/null 2>&1; then return 0; fi
    for file in /usr/lib/postgresql/*/bin/postgres; do
        if [ -x "$file" ]; then return 0; fi
    done
    return 1
}

# Debian makes and starts a server when PostgreSQL is installed, unless its tool is told otherwise first.
install_postgres() {
    settings=/etc/postgresql-common/createcluster.conf
    apt_update &&
        apt_install postgresql-common &&
        as_root sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' "$settings" &&
        as_root grep -q '^create_main_cluster = false' "$settings" &&
        apt_install postgresql
}

if ! have_postgres; then
    if ! can_apt; then
        echo "This machine has no PostgreSQL and none can be installed here: the store's tests with a server are skipped. Install it yourself (Debian: apt-get install postgresql; elsewhere: put initdb and postgres on the PATH)." >&2
        exit 0
    fi
    echo "The store's tests need PostgreSQL and this machine has none: installing one, without a server of the system."
    { install_postgres && have_postgres; } || {
        echo "Could not install PostgreSQL. Install it yourself (Debian: apt-get install postgresql), then run make test again." >&2
        exit 1
    }
fi
