# A line a planted bug: tenure_mutant(<bug> PROGRAM <folder under tests/> TEST <GoogleTest name that must notice it>)
tenure_mutant(identity_not_checked PROGRAM engine/log TEST Append.TakesTheSameQuarantinedRecordOnce)
