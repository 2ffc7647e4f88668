# `make` prints what there is. `make run` and `make test` are all that one needs.
.DEFAULT_GOAL := help
SHELL := /bin/bash
CARGO ?= cargo

.PHONY: help run test check fmt fmt-check lint test-all openapi-fuzz bench

help: ## This list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 16

run: ## Build and serve on http://127.0.0.1:8000, data under ./data
	@./tests/needs --run
	$(CARGO) run --release --locked --bin linedesk -- serve

test: ## Everything that has to hold: format, lints, all tests on real databases, the API against its document
	./tests/run

check: fmt-check lint test-all ## The same on SQLite alone: without PostgreSQL, and without the API against its document

fmt: ## Format the code
	$(CARGO) fmt --all

fmt-check:
	$(CARGO) fmt --all --check

lint:
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

test-all:
	$(CARGO) test --workspace --locked -- --skip postgres_only

openapi-fuzz: ## Schemathesis against a running server of its own
	./tests/openapi-fuzz

bench: ## The load generator, against raw SQLite or pgbench in the same run; options in BENCH, e.g. BENCH="--tickets 20000"
	$(CARGO) build --release --locked --bin linedesk --bin linedesk-load
	./target/release/linedesk-load $(BENCH)
