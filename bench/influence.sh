#!/bin/sh
# Case deletion of a three-level model (~ 1 | study/es): leave-one-effect-out and Cook's distance by study, variance
# components estimated again; hedgerow against metafor (sparse) on the same files, in one run.
#
#   bench/influence.sh [BUILD_DIR [ROWS ...]]        default: build/release, 100 300 500 1000 2000
#
# Needs a build with -DHEDGEROW_BENCH=ON. CPU seconds (user + system) of the question alone, in process on both sides.
# metafor is timed on its first refits (10 units; half a second each at 500 rows) and scaled to all units, which its
# cost per refit allows; the ratio is of these numbers. Our influence gives all measures, not Cook's distance alone.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-"$here/../build/release"}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- 100 300 500 1000 2000
ours="$build/bin/bench_influence"
[ -x "$ours" ] || { echo "influence.sh: no program at $ours; build with -DHEDGEROW_BENCH=ON" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/peer.R" <<'R'
suppressMessages(library(metafor))
a <- commandArgs(TRUE)
d <- read.csv(a[2])
fit <- rma.mv(yi, vi, random = ~ 1 | study/es, data = d, sparse = TRUE)
unit <- if (a[1] == "effect") seq_len(nrow(d)) else d$study
ids <- unique(unit)
some <- head(ids, 10)
seconds <- system.time(for (id in some)
  rma.mv(yi, vi, random = ~ 1 | study/es, data = d, subset = unit != id, sparse = TRUE,
         control = list(sigma2.init = fit$sigma2)))
cat(sum(seconds[1:2]) / length(some) * length(ids), "\n")
R
peer=no
if command -v Rscript > /dev/null && Rscript -e 'stopifnot(requireNamespace("metafor", quietly = TRUE))' > /dev/null 2>&1; then
  peer=yes
fi

printf '%-22s %8s %8s %12s %16s %9s %9s\n' question rows units 'ours CPU s' 'metafor sparse' ratio growth
for question in 'leave1out effect' 'cook study'; do
  set -- "$@"
  previous=''
  for rows in "$@"; do
    [ -f "$work/$rows.csv" ] || python3 "$here/gen_nested.py" "$rows" > "$work/$rows.csv"
    # shellcheck disable=SC2086
    mine=$("$ours" $question "$work/$rows.csv")
    theirs=-
    [ "$peer" = no ] || theirs=$(Rscript --vanilla "$work/peer.R" "${question#* }" "$work/$rows.csv")
    echo "$rows $mine $theirs $previous" | awk -v question="$question" '{
      ratio = $5 == "-" ? "-" : sprintf("%.0f", $5 / $2)
      growth = NF > 5 && $2 > 0 ? sprintf("%.2f", log($2 / $7) / log($1 / $6)) : "-"
      printf "%-22s %8d %8d %12s %16s %9s %9s\n", question, $1, $3, $2, $5, ratio, growth }'
    previous="$rows ${mine%% *}"
  done
done
