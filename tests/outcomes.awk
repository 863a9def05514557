# Reads what ctest --output-junit wrote and prints a line for each test: its name, how many cases passed, how many failed.
# A doctest program counts its cases; any other test, and one that broke off or failed outside its cases, is one.
/<testcase / {
  name = status = $0
  sub(/.*<testcase name="/, "", name); sub(/".*/, "", name)
  sub(/.* status="/, "", status); sub(/".*/, "", status)
  passed = failed = counted = 0
}
/^(.*<system-out>)?\[doctest\] test cases:/ {
  split($0, part, "|")
  passed += part[2] + 0
  failed += part[3] + 0
  counted = 1
}
/<\/testcase>/ {
  if (status != "run" && !failed) failed = 1
  if (status == "run" && !counted) passed = 1
  if (status == "run" && counted && passed + failed == 0) failed = 1  # a program of no cases tests nothing
  print name, passed, failed
}
