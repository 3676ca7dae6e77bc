# Sourced by tools/test.sh; also by hand: a PostgreSQL 15 of its own for tests, as an unprivileged user.
#   source tools/postgres.sh; CPO_TEST_POSTGRES=$(start_postgres FOLDER); ...; stop_postgres FOLDER

POSTGRES_BIN=/usr/lib/postgresql/15/bin

# The server refuses to run as root.
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --clear-groups env -C / HOME=/ "$@"
    else
        "$@"
    fi
}

# start_postgres FOLDER [PORT]: a new, empty server in FOLDER/data on a free loopback port; prints its URL.
# What it stores does not survive a power cut (fsync is off): for tests only.
start_postgres() {
    local folder=$1 port=${2:-}
    mkdir -p "$folder"
    folder=$(realpath "$folder")
    if [ "$(id -u)" = 0 ]; then chown postgres: "$folder"; fi
    if [ ! -d "$folder/data" ]; then
        as_postgres "$POSTGRES_BIN/initdb" -D "$folder/data" -U cpo -A trust --no-sync -E UTF8 \
            --locale=C.UTF-8 >"$folder.initdb.log" 2>&1 || { cat "$folder.initdb.log" >&2; return 1; }
        rm -f "$folder.initdb.log"
    fi
    [ -n "$port" ] || port=$(python3 -c '
import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])')
    as_postgres "$POSTGRES_BIN/pg_ctl" -D "$folder/data" -w -s -l "$folder/log" -t 60 \
        -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=200" \
        start >&2 </dev/null || { cat "$folder/log" >&2; return 1; }
    printf 'postgresql://cpo@127.0.0.1:%s/postgres\n' "$port"
}

# halt_postgres FOLDER: stops the server as a crash does; start_postgres FOLDER PORT brings it back.
halt_postgres() {
    as_postgres "$POSTGRES_BIN/pg_ctl" -D "$(realpath "$1")/data" -m immediate -w -s stop >&2 </dev/null
}

# stop_postgres FOLDER: stops the server and deletes FOLDER.
stop_postgres() {
    local folder
    folder=$(realpath "$1") || return 0
    [ -f "$folder/data/postmaster.pid" ] &&
        as_postgres "$POSTGRES_BIN/pg_ctl" -D "$folder/data" -m fast -w -s stop >&2 </dev/null
    rm -rf "$folder"
}
