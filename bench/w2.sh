#!/bin/sh
# Three-level REML (~ 1 | study/es) as whole processes: hedgerow against R (read.csv + lme4), CPU seconds and peak memory.
#
#   bench/w2.sh [BUILD_DIR [ROWS ...]]        default: build/release, 1000 10000 100000 1000000
#
# lme4 stands for the fastest peer on this model: it can't hold the sampling variances fixed, so its estimates differ, but
# its work is the same. Where Rscript or lme4 is missing, only hedgerow runs. Figures are medians of three runs (one run
# where a run takes more than 5 s); user + system time, so that a busy machine disturbs less.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${1:-"$here/../build/release"}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- 1000 10000 100000 1000000
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
hedgerow="$build/bin/hedgerow"
[ -x "$hedgerow" ] || { echo "w2.sh: no program at $hedgerow; build it, or name the build folder" >&2; exit 2; }

# measure COMMAND...: prints "cpu_seconds peak_MiB" of the median run.
measure() {
  python3 - "$@" <<'PY'
import os, subprocess, sys
runs = []
while len(runs) < 3:
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit("w2.sh: " + " ".join(sys.argv[1:]) + " failed")
    runs.append((usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))
    if runs[0][0] > 5:
        break
runs.sort()
print("%.4f %.0f" % runs[len(runs) // 2])
PY
}

cat > "$work/lme4.R" <<'R'
d <- read.csv(commandArgs(TRUE)[1])
d$row <- seq_len(nrow(d))
lme4::lmer(yi ~ 1 + (1 | study) + (1 | row), weights = 1 / vi, data = d, control = lme4::lmerControl(
  calc.derivs = FALSE, check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore"))
R
peer=no
if command -v Rscript > /dev/null && Rscript -e 'stopifnot(requireNamespace("lme4", quietly = TRUE))' > /dev/null 2>&1; then
  peer=yes
fi

printf '%9s %14s %10s %14s %10s %9s\n' rows 'hedgerow CPU' MiB 'lme4 CPU' MiB ratio
for rows in "$@"; do
  python3 "$here/gen_nested.py" "$rows" > "$work/nested.csv"
  ours=$(measure "$hedgerow" fit "$work/nested.csv" --yi yi --vi vi --random '~ 1 | study/es')
  theirs='- -'
  [ "$peer" = no ] || theirs=$(measure Rscript --vanilla "$work/lme4.R" "$work/nested.csv")
  echo "$rows $ours $theirs" | awk '{ printf "%9d %14s %10s %14s %10s %9s\n", $1, $2, $3, $4, $5,
    $4 == "-" ? "-" : sprintf("%.0fx", $4 / $2) }'
done
