# Roost. `make help` lists what there is.

PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
BUILD := .build
STATIC := $(CURDIR)/$(BUILD)/static-libraries
# One executable that needs only glibc: Swift's runtime, SQLite, zlib and the C++ library are linked in; libcurl,
# OpenSSL and libsodium are loaded when they are first needed. docs/design/dependencies.md says why.
# Without colours, because they are part of the compiler's arguments: a build in a terminal would be made anew in a pipe.
RELEASE_FLAGS := -c release --no-color-diagnostics --disable-local-rpath -Xswiftc -static-stdlib -Xlinker --gc-sections \
	-Xswiftc -Xclang-linker -Xswiftc -static-libgcc
SWIFT_BUILD := $(SWIFT) build --build-path $(BUILD)
ROOST := $(BUILD)/release/roost
MODEL := $(BUILD)/models/all-MiniLM-L6-v2

.DEFAULT_GOAL := help
.PHONY: help bootstrap run build release test unit lint format docs contract faults faults-full bench bench-hooks bench-agents bench-sandbox fuzz soak test-asan test-tsan install uninstall clean

help: ## Shows this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bootstrap: ## Installs missing Debian packages (root or sudo) and the embedding model
	@SWIFT='$(SWIFT)' Scripts/bootstrap.sh

run: bootstrap release ## Builds and starts the server on http://localhost:8283
	@exec $(ROOST) serve

build: bootstrap ## Debug build of everything
	$(SWIFT_BUILD) --build-tests

release: bootstrap $(STATIC)/stamp ## Release build: one executable that needs only glibc
	PKG_CONFIG_PATH=$(STATIC)/pkgconfig $(SWIFT_BUILD) $(RELEASE_FLAGS) --product roost

$(STATIC)/stamp: Scripts/static-libraries.sh
	@Scripts/static-libraries.sh $(STATIC)

test: bootstrap ## Everything that has to be right: style, unit, release build, SDK contract, short faults
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory build
	@$(MAKE) --no-print-directory unit
	@$(MAKE) --no-print-directory release
	@$(MAKE) --no-print-directory contract
	@$(MAKE) --no-print-directory faults
	@echo "make test: everything passed."

unit: ## Unit, store and route tests
	$(SWIFT) test --build-path $(BUILD)

lint: ## Style of the sources, links of the pages; shell scripts when shellcheck is there
	$(SWIFT) format lint --strict --recursive Package.swift Sources Tests
	@Scripts/check-rooms.sh
	@Scripts/check-links.py
	@if command -v shellcheck >/dev/null; then shellcheck Scripts/*.sh .ci/run; fi

format: ## Formats the sources
	$(SWIFT) format --in-place --recursive Package.swift Sources Tests

docs: build ## Generates docs/configuration.md, docs/commands.md, docs/api.md and the table of docs/guides-to-roost.md
	$(BUILD)/debug/roost generate configuration > docs/configuration.md
	$(BUILD)/debug/roost generate commands > docs/commands.md
	$(BUILD)/debug/roost generate api > docs/api.md
	$(BUILD)/debug/roost generate guides > docs/guides-to-roost.md
	$(BUILD)/debug/roost generate plugin .

contract: release ## The official Python SDKs of Letta, MCP and the services of models, the GitHub action, schemathesis, bad requests
	ROOST_BIN=$(CURDIR)/$(ROOST) Contract/python/run.sh
	ROOST_BIN=$(CURDIR)/$(ROOST) Contract/mcp/run.sh
	ROOST_BIN=$(CURDIR)/$(ROOST) Contract/claude-code/run.sh
	ROOST_BIN=$(CURDIR)/$(ROOST) Contract/ci/run.sh
	Contract/models/run.sh
	ROOST_BIN=$(CURDIR)/$(ROOST) Contract/python/schemathesis.sh
	ROOST_BIN=$(CURDIR)/$(ROOST) python3 Contract/python/bad_input/run.py

faults: release ## Kills, many processes, a full disk: as long as `make test` can afford
	ROOST_BIN=$(CURDIR)/$(ROOST) Faults/run.sh

faults-full: release ## The same, 100 kills and longer drills
	ROOST_BIN=$(CURDIR)/$(ROOST) Faults/run.sh full

bench: release ## Speed, as a table with ratios
	ROOST_BIN=$(CURDIR)/$(ROOST) python3 Benchmarks/Speed/bench.py

bench-hooks: release ## The hooks of Claude Code, from start to exit, with 10,000 passages
	ROOST_BIN=$(CURDIR)/$(ROOST) python3 Benchmarks/Hooks/hooks.py

bench-agents: release ## Agents: CPU of a step, delay of streams, 500 at once, long conversations
	ROOST_BIN=$(CURDIR)/$(ROOST) python3 Benchmarks/Agents/agents.py

bench-sandbox: bootstrap ## A call of a trivial tool: with workers waiting, without, and beside the interpreter alone
	ROOST_BENCH=1 $(SWIFT) build -c release --product SandboxBenchmark --build-path $(BUILD)/bench
	$(BUILD)/bench/release/SandboxBenchmark 200 | python3 Benchmarks/Sandbox/table.py

FUZZ_SECONDS ?= 600

fuzz: bootstrap ## Fuzzers of everything that reads outside bytes, ten minutes each (FUZZ_SECONDS=)
	@for target in $$(ls Fuzz | grep -v -e CFuzzer -e corpus -e dictionaries); do \
		echo "== fuzz: $$target"; Scripts/fuzz.sh $$target $(FUZZ_SECONDS) || exit 1; \
	done

soak: release ## Ten minutes of mixed work on 64 connections: memory has to stay flat
	ROOST_BIN=$(CURDIR)/$(ROOST) python3 Faults/soak.py --minutes 10 --connections 64

# The leaks that LeakSanitizer names are in XCTest's own library.
test-asan: bootstrap ## Tests under the address sanitizer
	ASAN_OPTIONS=detect_leaks=0 SWIFT_BACKTRACE=enable=no $(SWIFT) test --build-path $(BUILD)/asan --sanitize=address

test-tsan: bootstrap ## Tests under the thread sanitizer
	SWIFT_BACKTRACE=enable=no $(SWIFT) test --build-path $(BUILD)/tsan --sanitize=thread

# Under sudo the toolchain is often not in PATH, and what is built would belong to root: there it installs what is built.
install: $(if $(SUDO_USER),,release) ## Installs executable, documentation, systemd unit to PREFIX= (/usr/local)
	@test -x $(ROOST) || { echo "Nothing is built yet. First, without sudo: make release" >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/roost $(DESTDIR)$(PREFIX)/share/doc/roost/docs/design \
		$(DESTDIR)$(PREFIX)/lib/systemd/system
	install -m 755 $(ROOST) $(DESTDIR)$(PREFIX)/bin/roost
	strip $(DESTDIR)$(PREFIX)/bin/roost
	@link=$(DESTDIR)$(PREFIX)/bin/letta-mcp; \
	if [ -e "$$link" ] && [ "$$(readlink "$$link")" != roost ]; then \
		echo "$$link is another program and stays. Remove it and install again to have 'roost mcp' under that name."; \
	else echo "ln -s roost $$link"; ln -sfn roost "$$link"; fi
	install -m 644 README.md CHANGELOG.md LICENSE CONTRIBUTING.md SECURITY.md $(DESTDIR)$(PREFIX)/share/doc/roost/
	install -m 644 docs/*.md $(DESTDIR)$(PREFIX)/share/doc/roost/docs/
	install -m 644 docs/design/*.md $(DESTDIR)$(PREFIX)/share/doc/roost/docs/design/
	install -m 644 Deploy/roost.conf $(DESTDIR)$(PREFIX)/share/roost/roost.conf
	@if [ -f $(MODEL)/config.json ]; then \
		echo "install $(MODEL)"; rm -rf $(DESTDIR)$(PREFIX)/share/roost/models/all-MiniLM-L6-v2; \
		install -d $(DESTDIR)$(PREFIX)/share/roost/models; \
		cp -R --preserve=timestamps $(MODEL) $(DESTDIR)$(PREFIX)/share/roost/models/; \
		chmod -R u=rwX,go=rX $(DESTDIR)$(PREFIX)/share/roost/models; \
		if [ -z "$(DESTDIR)" ]; then $(PREFIX)/bin/roost embed packed >/dev/null \
			--embedding-model $(PREFIX)/share/roost/models/all-MiniLM-L6-v2 || true; fi; \
	else echo "There is no embedding model to install: search will be by text alone. 'make bootstrap' fetches it."; fi
	sed 's|@PREFIX@|$(PREFIX)|g' Deploy/roost.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/roost.service
	@echo "Installed $(DESTDIR)$(PREFIX)/bin/roost. Start it with 'roost serve', or see docs/operations.md for systemd."

uninstall: ## Removes what install has put there; data stay
	@if [ "$$(readlink $(DESTDIR)$(PREFIX)/bin/letta-mcp)" = roost ]; then \
		rm -f $(DESTDIR)$(PREFIX)/bin/letta-mcp; fi
	rm -rf $(DESTDIR)$(PREFIX)/bin/roost $(DESTDIR)$(PREFIX)/share/roost $(DESTDIR)$(PREFIX)/share/doc/roost \
		$(DESTDIR)$(PREFIX)/lib/systemd/system/roost.service

clean: ## Removes what was built
	rm -rf $(BUILD)
