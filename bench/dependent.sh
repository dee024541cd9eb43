#!/bin/sh
# Dependent effects: hedgerow against metafor (sparse and default) and lme4 on the same files, in one run.
#
#   bench/dependent.sh [BUILD_DIR [LARGEST [WORKLOAD ...]]]     default: build/release, 100000, all workloads
#
# Needs a build with -DHEDGEROW_BENCH=ON. Times are CPU seconds (user + system) of the fit alone, in process on both
# sides: reading files, starting R and loading metafor are not counted. Peers run up to the size at which they take
# about a minute; where Rscript or a package is missing, only hedgerow runs. ll diff is our log-likelihood minus that
# of metafor: negative would mean that we stop below it. The growth exponent is the slope of log time on log rows over
# the sizes from 1,000 on. To add a workload: a line in `workloads`, a case in dependent.cpp and one in dependent.R.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-"$here/../build/release"}
largest=${2:-100000}
[ $# -gt 2 ] && shift 2 || set -- all
ours="$build/bin/bench_dependent"
[ -x "$ours" ] || { echo "dependent.sh: no program at $ours; build with -DHEDGEROW_BENCH=ON" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# workload, generator, then the largest number of rows for metafor sparse, metafor default and lme4 (0: never)
workloads='three-level nested 2000 300 100000
che che 2000 300 0
un biv 1000 300 0
crossed crossed 300 300 100000
profile nested 300 100 0'

has() { command -v Rscript > /dev/null && Rscript -e "stopifnot(requireNamespace('$1', quietly = TRUE))" > /dev/null 2>&1; }
metafor=no
lme4=no
! has metafor || metafor=yes
[ $metafor = no ] || ! has lme4 || lme4=yes

# peer WORKLOAD ENGINE LIMIT INSTALLED ROWS: "seconds loglik MiB", or "- - -" where it does not run.
peer() {
  if [ "$4" = no ] || [ "$5" -gt "$3" ]; then
    echo '- - -'
  else
    Rscript --vanilla "$here/dependent.R" "$1" "$work/$2.csv" "$6"
  fi
}

printf '%-12s %8s %11s %7s %14s %15s %9s %9s %9s %9s %10s\n' workload rows 'ours CPU s' MiB 'metafor sparse' \
  'metafor default' 'lme4' 'x sparse' 'x default' 'x lme4' 'll diff'
echo "$workloads" | while read -r workload generator sparse_limit default_limit lme4_limit; do
  case " $* " in *" all "* | *" $workload "*) ;; *) continue ;; esac
  : > "$work/times"
  for rows in 100 300 1000 2000 10000 100000 1000000; do
    [ "$rows" -le "$largest" ] || break
    file=$generator$rows
    [ -f "$work/$file.csv" ] || python3 "$here/dependent.py" "$generator" "$rows" > "$work/$file.csv"
    mine=$("$ours" "$workload" "$work/$file.csv")
    sparse=$(peer "$workload" "$file" "$sparse_limit" $metafor "$rows" sparse)
    default=$(peer "$workload" "$file" "$default_limit" $metafor "$rows" dense)
    free=$(peer "$workload" "$file" "$lme4_limit" $lme4 "$rows" lme4)
    echo "$rows $mine" >> "$work/times"
    echo "$workload $rows $mine $sparse $default $free" | awk '
      function ratio(theirs) { return theirs == "-" ? "-" : sprintf("%.0f", theirs / $3) }
      { peer = $7 != "-" ? $7 : $10
        printf "%-12s %8d %11s %7s %14s %15s %9s %9s %9s %9s %10s\n", $1, $2, $3, $5, $6, $9, $12, ratio($6), ratio($9),
          ratio($12), peer == "-" ? "-" : sprintf("%.1e", $4 - peer) }'
  done
  awk -v workload="$workload" '$1 >= 1000 { x = log($1); y = log($2); n++; sx += x; sy += y; sxx += x * x; sxy += x * y }
    END { if (n > 1) printf "%-12s growth exponent %.2f from 1000 rows on\n", workload,
      (sxy - sx * sy / n) / (sxx - sx * sx / n) }' "$work/times"
done
