#!/bin/sh
# CR2 with Satterthwaite df: hedgerow against clubSandwich on the same files, in one run; and the wild bootstrap.
#
#   bench/robust.sh [BUILD_DIR]     default: build/release; needs a build with -DHEDGEROW_BENCH=ON
#
# Times are CPU milliseconds of the robust tests alone, in process on both sides; the fit is not counted. Where R or a
# package is missing, only hedgerow runs. The sizes above 4,000 rows show the growth.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
ours="${1:-"$here/../build/release"}/bin/bench_robust"
[ -x "$ours" ] || { echo "robust.sh: no program at $ours; build with -DHEDGEROW_BENCH=ON" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'rows clusters CR2_ms bootstrap_ms peer_ms ratio se_ours se_peer df_ours df_peer'
for rows in 500 1000 2000 4000 40000 400000; do
  python3 "$here/dependent.py" nested $rows > "$work/d.csv"
  repeats=10
  [ $rows -lt 40000 ] || repeats=1
  set -- $("$ours" "$work/d.csv" $repeats)
  peer='- - -'
  if [ $rows -le 4000 ] && command -v Rscript > /dev/null; then
    peer=$(Rscript --vanilla "$here/robust.R" "$work/d.csv" 2> /dev/null || echo '- - -')
  fi
  echo "$rows $* $peer" | awk '{ printf "%s %s %s %s %s %s %s %s %s %s\n", $1, $2, $3, $4, $7, ($7 == "-" ? "-" : int($7 / $3)), $5, $8, $6, $9 }'
done
