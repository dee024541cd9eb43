#!/bin/sh
# Times of the commands on a store of 5,000 and of 50,000 records: import, list, search, status, next, decide,
# sample, log.
# Usage: bench/store.sh path/to/hedgerow
set -eu
program=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export HEDGEROW_AUTHOR=ana

timed() {
  name=$1
  shift
  start=$(date +%s%N)
  "$@" >/dev/null 2>&1
  end=$(date +%s%N)
  printf '  %-24s %6d ms\n' "$name" $(((end - start) / 1000000))
}

for n in 5000 50000; do
  awk -v n="$n" 'BEGIN {
    for (i = 1; i <= n; i++) {
      printf "TY  - JOUR\nTI  - Effects of treatment %d on outcome %d in adults\n", i % 977, i % 1499
      printf "AU  - Smith%d, A.\nAU  - Jones%d, B.\nPY  - %d\nJO  - Journal %d\nDO  - 10.1000/%d\nAB  - ", i % 311, i % 701, 1980 + i % 45, i % 97, i
      for (w = 0; w < 200; w++) printf "word%d ", (i * 31 + w * w) % 5000
      printf "\nER  - \n\n"
    }
  }' > "$n.ris"
  echo "$n records"
  "$program" init "r$n" --author ana >/dev/null 2>&1
  timed import "$program" records import "$n.ris" --database Bench --review "r$n"
  timed "list" "$program" records list --review "r$n"
  timed "list --search" "$program" records list --review "r$n" --search "treatment adults"
  timed "screen next" "$program" screen next --review "r$n"
  timed "screen next, model" "$program" screen next --order model --review "r$n"
  timed "the same again" "$program" screen next --order model --review "r$n"
  timed "screen decide" "$program" screen decide 7 include --review "r$n"
  timed "screen status" "$program" screen status --review "r$n"
  timed "screen sample" "$program" screen sample 100 --review "r$n"
  timed "status with a sample" "$program" screen status --review "r$n"
  timed "log" "$program" log --review "r$n"
  timed "undo" "$program" undo 5 --review "r$n"
  timed "export csv" "$program" records export --to csv --review "r$n" -o out.csv
done
