# A line a fuzz target: tenure_fuzz(<name> LIBRARIES <targets> [BYTES_MAX n]) for tests/fuzz/<name>_fuzz.cc.
