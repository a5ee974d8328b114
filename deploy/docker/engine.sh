#!/usr/bin/env bash
# A container engine for tests, where neither a service manager nor an image registry is at hand:
# Debian 12's own engine, Debian 13's compose and buildx beside it, and a Debian 13 base image.
#
#   engine.sh up DIR     install, start, load the base image; then `. DIR/env`
#   engine.sh down DIR   stop it; DIR keeps the base image for the next time
#
# Needs root on Debian 12. Ends with 75 and one sentence where that is not so.
set -euo pipefail
TODO=${1:?up or down}
DIR=${2:?a folder for the engine}
BASE=docker.io/library/python:3.13-slim-trixie # the name that the Dockerfile asks for
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

unable() {
  echo "no container engine here: $*" >&2
  exit 75
}

# From where this machine takes packages of Debian: `-v` all but security updates, `-e` those.
mirror() {
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep "$1" security | head -1
}

wanted() {
  local lacking=()
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || lacking+=("$package")
  done
  [ ${#lacking[@]} = 0 ] || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
    --no-install-recommends "${lacking[@]}" >>"$DIR/log" 2>&1
}

plugins() {
  local packages=$DIR/packages
  [ -x "$DIR/cli-plugins/docker-compose" ] && return
  mkdir -p "$packages"/{lists/partial,cache/archives/partial} "$DIR/cli-plugins"
  echo "deb [signed-by=$KEYRING] $(mirror -v) trixie main" >"$packages/sources.list"
  local apart=(-qq -o "Dir::Etc::sourcelist=$packages/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$packages/lists" -o "Dir::Cache=$packages/cache")
  apt-get "${apart[@]}" update >>"$DIR/log" 2>&1
  (
    cd "$packages"
    apt-get "${apart[@]}" download docker-compose docker-buildx >>"$DIR/log" 2>&1
    for package in docker-*.deb; do dpkg -x "$package" unpacked; done
  )
  cp "$packages"/unpacked/usr/libexec/docker/cli-plugins/docker-* "$DIR/cli-plugins/"
  rm -rf "$packages"
}

base() {
  [ -s "$DIR/base.tar" ] && return
  mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates,tzdata \
    --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' trixie "$DIR/unfinished.tar" \
    "deb $(mirror -v) trixie main" "deb $(mirror -e) trixie-security main" >>"$DIR/log" 2>&1
  mv "$DIR/unfinished.tar" "$DIR/base.tar"
}

start() {
  docker info >/dev/null 2>&1 && return
  setsid dockerd --data-root "$DIR/data" --exec-root "$DIR/run/exec" -H "$DOCKER_HOST" \
    --pidfile "$DIR/run/pid" >>"$DIR/log" 2>&1 </dev/null &
  for _ in $(seq 150); do
    docker info >/dev/null 2>&1 && return
    sleep 0.2
  done
  unable "it does not start, see $DIR/log"
}

case $TODO in
up)
  [ "$(id -u)" = 0 ] || unable 'it needs root'
  grep -q '^VERSION_ID="12"' /etc/os-release || unable 'this is not Debian 12'
  mkdir -p "$DIR/run"
  DIR=$(cd "$DIR" && pwd)
  apt-get update -qq >>"$DIR/log" 2>&1 || unable "Debian's packages cannot be reached, see $DIR/log"
  wanted mmdebstrap || unable "packages cannot be installed, see $DIR/log"
  base &
  making=$!
  wanted docker.io iptables ca-certificates || unable "packages cannot be installed, see $DIR/log"
  plugins || unable "compose cannot be had, see $DIR/log"
  cat >"$DIR/env" <<ENV
export DOCKER_CONFIG=$DIR DOCKER_HOST=unix://$DIR/run/socket DOCKER_BUILDKIT=1
export BASE_IMAGE=$BASE CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt
ENV
  # shellcheck source=/dev/null
  . "$DIR/env"
  start
  wait "$making" || unable "the base image cannot be made, see $DIR/log"
  docker image inspect "$BASE" >/dev/null 2>&1 || docker import "$DIR/base.tar" "$BASE" >/dev/null
  ;;
down)
  [ -s "$DIR/run/pid" ] || exit 0
  kill "$(cat "$DIR/run/pid")"
  for _ in $(seq 100); do
    [ -s "$DIR/run/pid" ] || exit 0
    sleep 0.2
  done
  ;;
*) unable 'say up or down' ;;
esac
