# A line a planted bug: tenure_mutant(<bug> PROGRAM <folder under tests/> TEST <GoogleTest name that must notice it>)
