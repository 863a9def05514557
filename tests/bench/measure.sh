#!/usr/bin/env bash
# Sourced: measures two sides in turn and prints the median of each and of their ratios. Rows are kept in $results.
results=${results:-/dev/null}

# now: nanoseconds
now() { date +%s%N; }

# once FUNCTION: runs it and prints how many microseconds it took; fails if it does. A function before_FUNCTION is run
# first, untimed.
once() {
  local began
  if declare -F "before_$1" >/dev/null; then "before_$1" >/dev/null; fi
  began=$(now)
  "$@" >/dev/null || { echo "$1 failed: there is nothing to measure" >&2 && return 1; }
  echo $((($(now) - began) / 1000))
}

# middle: the median of the numbers on standard input
middle() { sort -g | awk '{a[NR]=$1} END {print (NR % 2) ? a[(NR + 1) / 2] : (a[NR / 2] + a[NR / 2 + 1]) / 2}'; }

# compare NAME ROUNDS LIMIT OURS THEIRS: runs both sides in turn, ours first and theirs first by turns, after one round
# that does not count. Prints a line and remembers it in $results; a ratio above LIMIT is marked.
compare() {
  local name=$1 rounds=$2 limit=$3 ours=$4 theirs=$5 round mine other ratio
  local mine_file other_file ratio_file
  mine_file=$(mktemp) other_file=$(mktemp) ratio_file=$(mktemp)
  for round in $(seq 0 "$rounds"); do
    if [ $((round % 2)) = 0 ]; then
      mine=$(once "$ours")
      other=$(once "$theirs")
    else
      other=$(once "$theirs")
      mine=$(once "$ours")
    fi
    [ "$round" != 0 ] || continue
    echo "$mine" >>"$mine_file"
    echo "$other" >>"$other_file"
    awk "BEGIN {printf \"%.4f\n\", $mine / $other}" >>"$ratio_file"
  done
  ratio=$(middle <"$ratio_file")
  report "$name" "$(awk "BEGIN {printf \"%.2f ms\", $(middle <"$mine_file") / 1000}")" \
    "$(awk "BEGIN {printf \"%.2f ms\", $(middle <"$other_file") / 1000}")" "$ratio" "<= $limit" \
    "$(awk "BEGIN {print ($ratio <= $limit) ? \"met\" : \"NOT MET\"}")"
  rm -f "$mine_file" "$other_file" "$ratio_file"
}

# memory NAME COMMAND...: runs it and reports the largest that it had in memory at once. Needs the command time.
memory() {
  local name=$1 most
  shift
  most=$(mktemp)
  /usr/bin/time -f %M -o "$most" "$@" >/dev/null
  report_memory "$name" "$(tail -1 "$most")"
  rm -f "$most"
}

# report_memory NAME KIB: a row with what divioctl promises to stay below
report_memory() {
  report "$1" "$(awk "BEGIN {printf \"%.1f MiB\", $2 / 1024}")" "" "" "< 64 MiB" "$(awk "BEGIN {print ($2 < 65536) ? \"met\" : \"NOT MET\"}")"
}

# report NAME OURS THEIRS RATIO TARGET VERDICT: one row of the table
report() { printf '| %s | %s | %s | %s | %s | %s |\n' "$@" | tee -a "$results"; }
