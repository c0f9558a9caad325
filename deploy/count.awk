# Reads ctest's LastTest.log and prints, tab-separated: passed N, failed N, and skipped N with the reason for each.
# A GoogleTest program counts with its tests, any other program as one, a program that died as one failure more.

function close_program() {
    if (in_program) {
        if (was_counted == 0) {
            passed += (verdict == "Passed")
        }
        if (verdict != "Passed" && program_failed == 0) {
            failed++
        }
    }
    in_program = was_counted = program_failed = 0
    verdict = ""
}

/^[0-9]+\/[0-9]+ Testing: / { close_program(); in_program = 1 }
/^\[  PASSED  \] [0-9]+ tests?\./ { passed += $4; was_counted = 1 }
/^\[  FAILED  \] [0-9]+ tests?, listed below/ { program_failed = $4; failed += $4; was_counted = 1 }
/^\[  SKIPPED \] [0-9]+ tests?, listed below/ { was_counted = 1 }
reason_follows { skipped[$0]++; reason_follows = 0 }
/: Skipped$/ { reason_follows = 1 }
/^Test (Passed|Failed)\.$/ { verdict = substr($2, 1, length($2) - 1) }

END {
    close_program()
    print "passed\t" passed + 0
    print "failed\t" failed + 0
    for (reason in skipped) {
        print "skipped\t" skipped[reason] "\t" reason
    }
}
