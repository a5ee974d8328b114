#!/bin/sh
# Make the cluster with its password at first, then be the server.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p -m 700 "$PGDATA"
  # shellcheck disable=SC2086 # several words
  initdb -D "$PGDATA" -U postgres --pwfile="$POSTGRES_PASSWORD_FILE" --auth=scram-sha-256 \
    $POSTGRES_INITDB_ARGS >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
fi
shift
exec postgres -D "$PGDATA" -k /var/run/postgresql -c listen_addresses='*' "$@"
