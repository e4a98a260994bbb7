# Everything there is to do here. `make` lists it.
#
# ARGS reach the program a target ends with: make run ARGS=--demo

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

ARGS ?=
IN_ENV := . scripts/env.sh;
BINARY := target/release/opsglass
LOAD := target/release/load
# With folders, so that a file that goes is noticed too.
SOURCES := $(shell find app frontend server stand-ins style public scripts/tools Cargo.toml Cargo.lock end2end/package-lock.json)

.PHONY: help
help: ## List what there is to do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: build ## Build the release and start it on http://127.0.0.1:3000
	exec ./$(BINARY) $(ARGS)

.PHONY: build
build: $(BINARY) ## Build the release: one binary, target/release/opsglass

$(BINARY): $(SOURCES) | setup
	$(IN_ENV) cargo leptos build --release --precompress --cargo-locked
	touch $@

.PHONY: dev
dev: setup ## Build, start, and do it again at each change
	$(IN_ENV) cargo leptos watch

.PHONY: test
test: setup-tests test-rust test-bench test-browser ## Run every test: unit, integration, browser

.PHONY: test-rust
test-rust: ## Run the tests of the Rust side
	$(IN_ENV) cargo test --locked $(ARGS)

.PHONY: test-browser
test-browser: setup-tests build ## Run the browser tests on the release
	$(IN_ENV) cd end2end; playwright test --reporter=list $(ARGS)

.PHONY: cross-check
cross-check: build ## Read a stream of hostile data with parsers from PyPI; needs python3
	scripts/cross-check

.PHONY: fuzz
fuzz: setup ## Throw what libFuzzer makes up at the parsers; ARGS=60 for so many seconds each
	scripts/setup-fuzz
	scripts/fuzz $(ARGS)

.PHONY: fmt
fmt: ## Format the code
	$(IN_ENV) cargo fmt --all

.PHONY: lint
lint: setup ## Check format, lints (host and browser), and what the dependencies are
	$(IN_ENV) cargo fmt --all --check
	$(IN_ENV) cargo clippy --locked --all-targets -- -D warnings
	$(IN_ENV) cargo clippy --locked --all-targets -p bench -- -D warnings
	$(IN_ENV) cargo clippy --locked -p frontend --target wasm32-unknown-unknown -- -D warnings
	@$(IN_ENV) if cargo deny --version >/dev/null 2>&1; then \
		cargo deny --locked check -A duplicate --hide-inclusion-graph bans licenses sources; \
	else \
		echo "lint: the dependencies' licences are not checked, as there is no cargo-deny (make deny builds it)"; \
	fi

.PHONY: check-elsewhere
check-elsewhere: ## Check that it compiles for Windows and macOS; needs rustup, and C compilers for them
	$(IN_ENV) for target in $(or $(ARGS),x86_64-pc-windows-gnu aarch64-apple-darwin); do \
		rustup target add $$target; \
		cargo check --locked -p server --target $$target; \
	done

.PHONY: deny
deny: setup ## Check the dependencies: licences, sources, known weaknesses
	scripts/setup-cargo-deny
	$(IN_ENV) cargo deny check

.PHONY: check-deploy
check-deploy: ## Lint the unit and the image's recipe in deploy/; needs python3 and systemd
	scripts/check-deploy

.PHONY: bench
bench: build setup-bench $(LOAD) ## Measure opsglass alone and beside its rivals: bench/RESULTS.md, 16 minutes
	$(IN_ENV) ulimit -n "$$(ulimit -Hn)"; node bench/figures.mjs $(ARGS)

.PHONY: bench-rules
bench-rules: build ## Measure what 10,000 alert rules cost: 10 minutes
	$(IN_ENV) node bench/rules.mjs $(ARGS)

.PHONY: bench-reading
bench-reading: build ## Measure the page of the log at 20,000 lines a second: 10 minutes
	$(IN_ENV) node bench/reading.mjs $(ARGS)

$(LOAD): $(shell find bench/src bench/Cargo.toml Cargo.toml Cargo.lock) | setup
	$(IN_ENV) cargo build --release --locked -p bench
	touch $@

.PHONY: test-bench
test-bench: ## Run the tests of the load client
	$(IN_ENV) cargo test --locked -p bench

.PHONY: setup
setup: ## Set up what is missing to build
	@scripts/setup

.PHONY: setup-tests
setup-tests: ## Set up what is missing to build and to test
	@scripts/setup tests

.PHONY: setup-bench
setup-bench: ## Set up what opsglass is measured against: nginx with nchan, node_exporter, glances
	@scripts/setup-bench

.PHONY: clean
clean: ## Remove all that was built
	rm -rf target end2end/node_modules end2end/test-results end2end/playwright-report
