# Reads ctest's LastTest.log and prints a line for each test: its name, how many cases passed, how many failed. A doctest
# program counts its cases; any other test, and one that broke off or failed outside its cases, is one.
/^[0-9]+\/[0-9]+ Testing: / { name = $3; passed = 0; failed = 0 }
/^Command: ""$/ { failed = 1 }  # its program is missing, which the log goes on to call passed
/^\[doctest\] test cases:/ {
  split($0, part, "|")
  if (part[2] + part[3] == 0) failed = 1  # a program of no cases tests nothing
  passed += part[2] + 0
  failed += part[3] + 0
}
/^Test Passed\.$/ { print name, passed + failed ? passed : 1, failed }
/^Test Failed\.$/ { print name, passed, failed ? failed : 1 }
