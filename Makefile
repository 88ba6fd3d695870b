# Short names for what scripts/ and CMakePresets.json do. `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help build test demo dashboard bench format lint fuzz asan tsan clean

help:   ## this list
	@sed -nE 's/^([a-z]+): +## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

build:  ## the release binary build/release/tenure, with what it needs installed
	@scripts/build

test:   ## all tests: installs what they need, builds, runs; ends in a line "N passed, N failed"
	@scripts/test

demo:   ## streams the demo's book of accounts and shows live alerts; ARGS="..." goes to tenure demo
	@scripts/build && { scripts/dashboard --present || echo 'demo: goes on without a dashboard' >&2; } && exec build/release/tenure demo $(ARGS)

dashboard: ## builds the dashboard's files into dashboard/dist
	@scripts/dashboard

bench:  ## benchmarks against a real broker: figures also in build/bench/results.json
	@scripts/bench

format: ## formats the C++ sources in place
	@scripts/format

lint:   ## format, clang-tidy and buf; ALL=1 also looks at files that did not change
	@scripts/lint $(if $(ALL),--all)

fuzz:   ## fuzzes every target for SECONDS_EACH (20) seconds
	@scripts/fuzz

asan:   ## the tests under address and undefined-behaviour sanitizers
	@scripts/test asan

tsan:   ## the tests under the thread sanitizer
	@scripts/test tsan

clean:  ## removes what was built; keeps fetched brokers (build/kafka)
	@find build -mindepth 1 -maxdepth 1 ! -name kafka -exec rm -rf {} + 2>/dev/null || true
