#!/bin/sh
# Make the secrets that compose.yaml hands to its services, each its own; those there stay.
#   deploy/docker/secrets.sh [FOLDER]     default: ./secrets
# The folder is its owner's alone; the files in it can be read by the services' users.
set -eu
FOLDER=${1:-./secrets}
mkdir -p -m 700 "$FOLDER"
chmod 700 "$FOLDER"

keep() {
  [ -s "$FOLDER/$1" ] || printf '%s\n' "$2" >"$FOLDER/$1"
  chmod 444 "$FOLDER/$1"
}

random() {
  od -An -N32 -tx1 /dev/urandom | tr -d ' \n'
}

keep admin_password "$(random)"
keep admin_url "postgresql://postgres:$(cat "$FOLDER/admin_password")@db/postgres"
keep database_url "postgresql://peergrid:$(random)@db/peergrid"
keep metrics_token "$(random)"
keep secret "$(random)"
