# Conclave. `make help` tells what can be made.

SHELL := /bin/sh
CARGO ?= cargo
MODULE := target/release/app_conclave.so
FREESWITCH_MODULE := target/release/mod_conclave.so

# Where Asterisk looks, as its own asterisk.conf says, else as Debian has it.
ASTERISK_CONF ?= /etc/asterisk/asterisk.conf
asterisk_dir = $(or $(shell sed -n 's/^ *$(1) *=>* *//p' $(ASTERISK_CONF) 2>/dev/null | head -n 1),$(2))
ASTMODDIR ?= $(call asterisk_dir,astmoddir,/usr/lib/$(shell uname -m)-linux-gnu/asterisk/modules)
ASTETCDIR ?= $(call asterisk_dir,astetcdir,/etc/asterisk)
ASTDATADIR ?= $(call asterisk_dir,astdatadir,/usr/share/asterisk)

# Where FreeSWITCH looks, as pkg-config says, else as Debian has it. FREESWITCH_PREFIX: where it is installed, if pkg-config
# does not find it by itself.
ifdef FREESWITCH_PREFIX
export PKG_CONFIG_PATH := $(FREESWITCH_PREFIX)/lib/pkgconfig:$(PKG_CONFIG_PATH)
endif
freeswitch_dir = $(or $(shell PKG_CONFIG_PATH='$(PKG_CONFIG_PATH)' pkg-config --variable=$(1) freeswitch 2>/dev/null),$(2))
FSMODDIR ?= $(call freeswitch_dir,modulesdir,/usr/lib/freeswitch/mod)
FSCONFDIR ?= $(call freeswitch_dir,confdir,/etc/freeswitch)
FSSOUNDSDIR ?= $(call freeswitch_dir,soundsdir,/usr/share/freeswitch/sounds)

# The private Asterisk that tests, demo and benchmark run. Never the machine's own.
PRIVATE := target/asterisk
PRIVATE_READY := $(PRIVATE)/.ready
PRIVATE_PACKAGES := asterisk,asterisk-dev,asterisk-core-sounds-en-wav,asterisk-moh-opsound-wav

# The directory that holds asterisk.h.
ASTERISK_INCLUDE ?= $(if $(wildcard /usr/include/asterisk.h),/usr/include,$(PRIVATE)/usr/include)
export ASTERISK_INCLUDE
HEADERS := $(if $(filter $(PRIVATE)/%,$(ASTERISK_INCLUDE)),$(PRIVATE_READY))

# What callers hear, at every rate that a PBX plays.
SOUNDS := target/sounds
SOUNDS_READY := $(SOUNDS)/.ready
LANGUAGES := en es fr it ru

SIDE_BY_SIDE = target/release/examples/sidebyside --module $(MODULE) --app confbridge,echo,conclave --seconds 20

# What runs on FreeSWITCH too, where FREESWITCH_PREFIX says that one is installed.
ON_FREESWITCH = CONCLAVE_HOST=freeswitch FREESWITCH_PREFIX="$(FREESWITCH_PREFIX)"
FREESWITCH_SIDE_BY_SIDE = $(ON_FREESWITCH) target/release/examples/sidebyside --module $(FREESWITCH_MODULE) \
	--app conference,echo,conclave --seconds 20
WITHOUT_FREESWITCH = @echo "FreeSWITCH is left out: FREESWITCH_PREFIX does not say where one is installed."

# Stories on the real Asterisk mostly wait for words to be spoken: one takes about a tenth of a processor.
TEST_THREADS ?= 5

# What drives the browser in which the page is tested, and the pictures that the stories take.
BROWSER := target/browser
BROWSER_READY := $(BROWSER)/node_modules/.ready

# Where Python keeps what judges sound.
JUDGE := target/quality/python
RECORD = target/release/examples/quality

# Where it keeps what tests need of it.
PYTHON := target/python

# What reads logs with the filters that are shipped. Installed as a package it would begin to ban on this machine.
FAIL2BAN := target/fail2ban
FAIL2BAN_READY := $(FAIL2BAN)/.ready
DOWNLOAD := apt-get download -qq -o APT::Sandbox::User=root

BUILD_NEEDS := libclang-dev cmake
# Node.js from elsewhere than Debian brings its npm along, under no name of Debian's.
NODE_NEEDS := $(if $(shell command -v npm),,nodejs npm)
TEST_NEEDS := $(BUILD_NEEDS) mmdebstrap sip-tester sox libgsm1 flac opus-tools libxml2-utils postgresql openssl ca-certificates python3-venv chromium $(NODE_NEEDS)
QUALITY_NEEDS := python3-venv python3-dev gcc

.DEFAULT_GOAL := module
.PHONY: help module freeswitch freeswitch-check library test-programs sounds install install-freeswitch demo test live browser bench quality lint header docs clean packages-build packages-test packages-quality

help: ## Tells what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 26

module: packages-build $(HEADERS) $(SOUNDS_READY) ## Builds target/release/app_conclave.so for Asterisk (the default)
	$(CARGO) build --release --features asterisk
	@cp target/release/libconclave.so $(MODULE).new && mv $(MODULE).new $(MODULE)
	@echo "Built $(MODULE)"

# Cargo has one name for both libraries: one after the other, whatever --jobs says.
freeswitch: | $(if $(filter module test bench quality,$(MAKECMDGOALS)),module)

freeswitch: packages-build ## Builds target/release/mod_conclave.so for FreeSWITCH
	$(CARGO) build --release --features freeswitch
	@cp target/release/libconclave.so $(FREESWITCH_MODULE).new && mv $(FREESWITCH_MODULE).new $(FREESWITCH_MODULE)
	@echo "Built $(FREESWITCH_MODULE)"

freeswitch-check: packages-build
	$(CARGO) check --features freeswitch

library: ## Builds target/release/libconclave.so for any other C host
	$(CARGO) build --release

install: ## Installs module, sample configuration, documentation and sounds (DESTDIR honoured)
	@test -f $(MODULE) || { echo "Run 'make' first."; exit 1; }
	install -D -m 755 $(MODULE) "$(DESTDIR)$(ASTMODDIR)/app_conclave.so"
	install -D -m 644 doc/conclave-en_US.xml "$(DESTDIR)$(ASTDATADIR)/documentation/thirdparty/conclave-en_US.xml"
	for sound in sounds/*.wav sounds/*.wav16; do install -D -m 644 "$$sound" "$(DESTDIR)$(ASTDATADIR)/$$sound" || exit 1; done
	install -D -m 644 sounds/LICENSE "$(DESTDIR)$(ASTDATADIR)/sounds/conclave-LICENSE"
	for language in $(LANGUAGES); do ./sounds/install "$(SOUNDS)/$$language" "$(DESTDIR)$(ASTDATADIR)/sounds/$$language" || exit 1; done
	@if [ -e "$(DESTDIR)$(ASTETCDIR)/conclave.conf" ]; then \
		install -m 640 examples/conclave.conf "$(DESTDIR)$(ASTETCDIR)/conclave.conf.sample"; \
		echo "Your conclave.conf stays as it is; the new sample is conclave.conf.sample beside it."; \
	else \
		install -D -m 640 examples/conclave.conf "$(DESTDIR)$(ASTETCDIR)/conclave.conf"; \
		if id asterisk >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then chgrp asterisk "$(DESTDIR)$(ASTETCDIR)/conclave.conf"; fi; \
	fi

install-freeswitch: ## The same for FreeSWITCH: module, sample configuration and dial plan, sounds
	@test -f $(FREESWITCH_MODULE) || { echo "Run 'make freeswitch' first."; exit 1; }
	install -D -m 755 $(FREESWITCH_MODULE) "$(DESTDIR)$(FSMODDIR)/mod_conclave.so"
	for sound in sounds/*.wav; do install -D -m 644 -t "$(DESTDIR)$(FSSOUNDSDIR)/conclave/8000" "$$sound" || exit 1; done
	for sound in sounds/*.wav16; do install -D -m 644 "$$sound" "$(DESTDIR)$(FSSOUNDSDIR)/conclave/16000/$$(basename "$$sound" 16)" || exit 1; done
	for language in $(LANGUAGES); do install -D -m 644 -t "$(DESTDIR)$(FSSOUNDSDIR)/conclave/$$language" sounds/$$language/*.flac || exit 1; done
	install -D -m 644 sounds/LICENSE "$(DESTDIR)$(FSSOUNDSDIR)/conclave/LICENSE"
	@to="$(DESTDIR)$(FSCONFDIR)/autoload_configs/conclave.conf.xml"; \
	if [ -e "$$to" ]; then \
		install -m 640 examples/freeswitch/conclave.conf.xml "$$to.sample"; \
		echo "Your conclave.conf.xml stays as it is; the new sample is conclave.conf.xml.sample beside it."; \
	else \
		install -D -m 640 examples/freeswitch/conclave.conf.xml "$$to"; \
		if id freeswitch >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then chgrp freeswitch "$$to"; fi; \
	fi
	@to="$(DESTDIR)$(FSCONFDIR)/dialplan/default/34_conclave.xml"; \
	if [ ! -e "$$to" ]; then install -D -m 644 examples/freeswitch/conclave_dialplan.xml "$$to"; fi
	@grep -qs '<load module="mod_conclave"/>' "$(DESTDIR)$(FSCONFDIR)/autoload_configs/modules.conf.xml" || \
		echo 'To have it loaded at every start, write <load module="mod_conclave"/> into autoload_configs/modules.conf.xml.'

$(SOUNDS_READY): $(wildcard sounds/*/*.flac sounds/unpack/src/*.rs) | packages-build
	$(CARGO) run --quiet --release -p conclave-sounds -- sounds $(SOUNDS)
	@touch $@

sounds: ## Speaks what is new in sounds/words.tsv (fetches the voices first; building does not need it)
	./sounds/voices
	target/voices/python/bin/python sounds/make
	$(MAKE) $(SOUNDS_READY)

# By itself, so that make --jobs can do it beside the module.
test-programs: packages-build
	$(CARGO) test --workspace --no-run

demo: packages-test $(PRIVATE_READY) module ## A real Asterisk with callers in a room, to watch, hear and dial into
	$(CARGO) run --release --example demo

test: packages-test $(PRIVATE_READY) $(BROWSER_READY) $(PYTHON)/.ready $(FAIL2BAN_READY) module test-programs $(if $(FREESWITCH_PREFIX),freeswitch,freeswitch-check) ## Every test, on a real Asterisk and, with FREESWITCH_PREFIX, FreeSWITCH
	RUST_TEST_THREADS=$(TEST_THREADS) CARGO="$(CARGO)" ./.ci/count-tests ./.ci/test

browser: packages-test $(PRIVATE_READY) $(BROWSER_READY) module ## The stories of the page's users in a real browser; pictures in target/browser
	$(CARGO) test --test browser

bench: packages-test $(PRIVATE_READY) module $(if $(FREESWITCH_PREFIX),freeswitch) ## Engine alone, then side by side with each PBX's own conference and echo
	$(CARGO) bench --bench engine
	$(CARGO) build --release -p conclave-rig --example sidebyside
	$(SIDE_BY_SIDE) --calls 100 --rooms 1
	$(SIDE_BY_SIDE) --calls 300 --rooms 1
	$(SIDE_BY_SIDE) --calls 300 --rooms 30
	$(SIDE_BY_SIDE) --calls 1000 --rooms 1 --app conclave
	$(SIDE_BY_SIDE) --calls 100 --rooms 1 --app confbridge,conclave --codec opus
	$(SIDE_BY_SIDE) --calls 100 --rooms 1 --app confbridge,conclave --codec g722
	$(SIDE_BY_SIDE) --calls 100 --rooms 1 --app confbridge,conclave --codec gsm
ifdef FREESWITCH_PREFIX
	$(FREESWITCH_SIDE_BY_SIDE) --calls 100 --rooms 1
	$(FREESWITCH_SIDE_BY_SIDE) --calls 100 --rooms 10
	$(FREESWITCH_SIDE_BY_SIDE) --calls 300 --rooms 1
else
	$(WITHOUT_FREESWITCH)
endif

quality: packages-test packages-quality $(PRIVATE_READY) module $(if $(FREESWITCH_PREFIX),freeswitch) $(JUDGE)/.ready ## What listeners get, judged side by side with each PBX's own conference (ROW="clean" for one row)
	$(CARGO) build --release -p conclave-rig --example quality
	$(RECORD) --module $(MODULE) $(if $(ROW),--row "$(ROW)") $(if $(APP),--app "$(APP)")
	$(JUDGE)/bin/python tests/quality/judge.py target/quality
ifdef FREESWITCH_PREFIX
	$(ON_FREESWITCH) $(RECORD) --module $(FREESWITCH_MODULE) --out target/quality/freeswitch $(if $(ROW),--row "$(ROW)") \
		$(if $(APP),--app "$(subst confbridge,conference,$(APP))")
	$(JUDGE)/bin/python tests/quality/judge.py target/quality/freeswitch
else
	$(WITHOUT_FREESWITCH)
endif

$(BROWSER_READY): tests/browser/driver/package.json tests/browser/driver/package-lock.json | packages-test
	mkdir -p $(BROWSER)
	cp $^ $(BROWSER)
	npm ci --prefix $(BROWSER) --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(PYTHON)/.ready: tests/requirements.txt | packages-test
	/usr/bin/python3 -m venv --clear $(PYTHON)
	$(PYTHON)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(FAIL2BAN_READY): | packages-test
	rm -rf $(FAIL2BAN)
	mkdir -p $(FAIL2BAN)
	cd $(FAIL2BAN) && { $(DOWNLOAD) fail2ban || { apt-get update -qq && $(DOWNLOAD) fail2ban; }; }
	dpkg-deb --extract $(FAIL2BAN)/fail2ban_*.deb $(FAIL2BAN)
	@touch $@

$(JUDGE)/.ready: tests/quality/requirements.txt
	/usr/bin/python3 -m venv $(JUDGE)
	$(JUDGE)/bin/pip install --quiet --requirement $<
	@touch $@

lint: packages-build $(HEADERS) ## Format, warnings, generated header
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings
	$(CARGO) clippy --features asterisk -- -D warnings
	$(CARGO) clippy --features freeswitch -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --quiet
	$(CARGO) test --quiet --test header --test documentation

header: ## Writes include/conclave.h anew from the Rust sources
	CONCLAVE_WRITE_HEADER=1 $(CARGO) test --quiet --test header

docs: ## Writes what README and documentation have from the sources anew
	CONCLAVE_WRITE_DOCS=1 $(CARGO) test --quiet --test documentation -- --test-threads 1

clean: ## Removes what was built, but not the private Asterisk
	$(CARGO) clean --release
	$(CARGO) clean --profile dev

$(PRIVATE_READY): | packages-test
	rm -rf $(PRIVATE).new $(PRIVATE)
	mkdir -p target
	mmdebstrap --quiet --variant=apt --aptopt='Acquire::Check-Valid-Until "false"' --include=$(PRIVATE_PACKAGES) forky $(PRIVATE).new
	mv $(PRIVATE).new $(PRIVATE)
	touch $@

packages-build:
	@./.ci/need-packages $(BUILD_NEEDS)

packages-test:
	@./.ci/need-packages $(TEST_NEEDS)

packages-quality:
	@./.ci/need-packages $(QUALITY_NEEDS)
