# SPDX-License-Identifier: MIT
# make deps demo    see a rollover from beginning to end
# make deps check   build and test everything
.DEFAULT_GOAL := all

# ---- what can be set from outside ----
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
BINDIR ?= $(PREFIX)/bin
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
MANDIR ?= $(PREFIX)/share/man
DOCDIR ?= $(PREFIX)/share/doc/libtenantca
DESTDIR ?=
FOLDERS := PREFIX LIBDIR INCLUDEDIR BINDIR PKGCONFIGDIR MANDIR DOCDIR
$(foreach one,$(FOLDERS),$(if $(filter-out 1-/%,$(words $($(one)))-$($(one)))$(findstring :,$($(one))),\
	$(error $(one) is '$($(one))': it must be one absolute path without spaces and colons)))
AR ?= ar
PKG_CONFIG ?= pkg-config
TENANTCA_DATA ?= ../shared/data
VARIANT ?= release
# Warnings are errors where the library is worked on; a release builds with tomorrow's compilers.
WERROR ?= $(if $(wildcard .git),-Werror)
# Another mbedTLS than the system's: make MBEDTLS_CFLAGS=-I... MBEDTLS_LIBDIR=...
MBEDTLS_CFLAGS ?=
MBEDTLS_LIBDIR ?=
V ?= 0

# Installing alone keeps the flags of what was built.
BUILD := build/$(VARIANT)
FLAGS := CC CPPFLAGS CFLAGS LDFLAGS MBEDTLS_CFLAGS MBEDTLS_LIBDIR WERROR
ifeq ($(MAKECMDGOALS),install)
export KEEP_FLAGS := yes
endif
ifdef KEEP_FLAGS
-include $(BUILD)/flags.mk
endif

# ---- version: from version.h and from nowhere else ----
version_part = $(shell sed -n 's/^\#define TCA_VERSION_$(1) *//p' include/tenantca/version.h)
MAJOR := $(call version_part,MAJOR)
VERSION := $(MAJOR).$(call version_part,MINOR).$(call version_part,PATCH)
SONAME := libtenantca.so.$(MAJOR)
ADAPTERS_SONAME := libtenantca-adapters.so.$(MAJOR)

# ---- sources ----
CORE_ROOMS := base crypto json certificate inventory rollover trust net store sphere registry rollout
SOURCES := $(foreach room,$(CORE_ROOMS),$(wildcard src/$(room)/*.c))
ADAPTERS_SOURCES := $(wildcard src/adapters/*.c)
SIMULATOR_SOURCES := $(filter-out examples/simulator/main.c,$(wildcard examples/simulator/*.c))
TOOL_SOURCES := $(wildcard examples/tenantca/*.c)
EXAMPLE_SOURCES := $(wildcard examples/*.c)
SUPPORT_SOURCES := $(wildcard tests/support/*.c)
UNIT_TESTS := $(wildcard tests/unit/test_*.c)
API_TESTS := $(wildcard tests/api/test_*.c)
ADAPTERS_TESTS := $(wildcard tests/adapters/test_*.c)
ADAPTERS_SUPPORT := $(filter-out $(ADAPTERS_TESTS) %/file_faults.c,$(wildcard tests/adapters/*.c))
FUZZERS := $(wildcard tests/fuzz/fuzz_*.c)
BENCHES := $(wildcard tests/bench/bench_*.c)
HEADERS := $(wildcard include/tenantca/*.h)
C_FILES = $(shell git ls-files '*.c' '*.h' 2>/dev/null)

# ---- flags: ours first, the user's last ----
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla $(WERROR)
VARIANT_CFLAGS_release := -O2 -g -ffile-prefix-map=$(CURDIR)=.
VARIANT_CFLAGS_clang := $(VARIANT_CFLAGS_release)
VARIANT_CFLAGS_mbedtls := $(VARIANT_CFLAGS_release)
VARIANT_CFLAGS_asan := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer -DTENANTCA_NO_INTERPOSE
VARIANT_CFLAGS_tsan := -O1 -g -fsanitize=thread -fno-omit-frame-pointer -DTENANTCA_NO_INTERPOSE
VARIANT_CFLAGS_coverage := -O0 -g --coverage -fprofile-update=atomic
VARIANT_LDFLAGS_asan := -fsanitize=address,undefined
VARIANT_LDFLAGS_tsan := -fsanitize=thread
VARIANT_LDFLAGS_coverage := --coverage
ifeq ($(VARIANT),clang)
CC := clang
endif

# Other machines, of 32 bits and of the other byte order: what is common to all in a folder of theirs.
MACHINES := i386 s390x
ifneq ($(filter $(MACHINES),$(VARIANT)),)
VARIANT_CFLAGS_$(VARIANT) := -O2 -g
ROOT := $(abspath build/machines/$(VARIANT))
LIBRARIES := $(VARIANT)-linux-gnu
COMPILER_i386 := gcc -m32
COMPILER_s390x := s390x-linux-gnu-gcc
CC := $(COMPILER_$(VARIANT)) --sysroot=$(ROOT)
AR := $(if $(filter s390x,$(VARIANT)),s390x-linux-gnu-)ar
RUN_i386 := $(ROOT)/lib/ld-linux.so.2 --library-path $(ROOT)/lib/$(LIBRARIES):$(ROOT)/usr/lib/$(LIBRARIES)
RUN_s390x := qemu-s390x -L $(ROOT)
RUN := $(RUN_$(VARIANT))
export PKG_CONFIG_SYSROOT_DIR := $(ROOT)
export PKG_CONFIG_LIBDIR := $(ROOT)/usr/lib/$(LIBRARIES)/pkgconfig
endif

# Where a long has 32 bits, files and times have 64 all the same.
OUR_CPPFLAGS = -Iinclude -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 $(MBEDTLS_CFLAGS)
OUR_CFLAGS = -std=c11 $(WARNINGS) $(VARIANT_CFLAGS_$(VARIANT))
OUR_LDFLAGS = $(VARIANT_LDFLAGS_$(VARIANT)) $(MBEDTLS_LIBDIR:%=-L%)
# Programs that stay here find another mbedTLS where it lies; what is installed names no folder.
LINK = $(CC) $(OUR_LDFLAGS) $(MBEDTLS_LIBDIR:%=-Wl,--disable-new-dtags,-rpath,$(abspath $(MBEDTLS_LIBDIR)))
ifneq ($(MBEDTLS_LIBDIR),)
export LD_LIBRARY_PATH := $(abspath $(MBEDTLS_LIBDIR))$(LD_LIBRARY_PATH:%=:%)
endif
comma := ,
CORE_LIBS := -lmbedcrypto -ljansson
ADAPTERS_LIBS := -lcurl -ljansson
X509_LIBS := -lmbedx509 -lmbedcrypto -ljansson
# Only within recipes: before `make deps` there may be no pkg-config.
CHECK_CFLAGS = $$($(PKG_CONFIG) --cflags check)
CHECK_LIBS = $$($(PKG_CONFIG) --libs check)

OBJ := $(BUILD)/obj
SHARED := $(BUILD)/libtenantca.so.$(VERSION)
STATIC := $(BUILD)/libtenantca.a
ADAPTERS_SHARED := $(BUILD)/libtenantca-adapters.so.$(VERSION)
ADAPTERS_STATIC := $(BUILD)/libtenantca-adapters.a
TOOL := $(BUILD)/tenantca
INSTALLED_TOOL := $(BUILD)/installed/tenantca
SIMULATOR := $(BUILD)/tenantca-simulator

Q := $(if $(filter 1,$(V)),,@)
say = $(if $(filter 1,$(V)),,@printf '%-8s %s\n' '$(1)' '$(2)')

.PHONY: all lib adapters tool check-adapters check check-unit check-api check-tool check-headers check-layers check-symbols \
	check-imports check-abi abi check-asan check-tsan run-threads check-clang check-mbedtls cross check-fuzz check-examples check-readme check-install check-format \
	check-clean check-python python-abi wheel check-wheel check-embed check-man bench demo install uninstall format format-check coverage fuzz vectors deps clean \
	FORCE

# ---- build ----
lib: $(SHARED) $(BUILD)/libtenantca.so $(STATIC)

adapters: $(ADAPTERS_SHARED) $(BUILD)/libtenantca-adapters.so $(ADAPTERS_STATIC)

tool: adapters $(TOOL) $(INSTALLED_TOOL)
	@:

# What needs more than the library does is built where that is: the adapters and the tool need
# libcurl, the simulator's server libmicrohttpd. Asked within the recipe, since `make deps all`
# installs them first.
has_header = echo '\#include <$(1)>' | $(CC) -E -x c - >/dev/null 2>&1
all: lib
	$(Q)if $(call has_header,curl/curl.h); then \
		$(MAKE) --no-print-directory VARIANT=$(VARIANT) tool; \
	else echo 'No libcurl: libtenantca-adapters and tenantca are not built'; fi
	$(Q)if $(call has_header,microhttpd.h); then \
		$(MAKE) --no-print-directory VARIANT=$(VARIANT) $(SIMULATOR); \
	else echo 'No libmicrohttpd: tenantca-simulator is not built'; fi
ifeq ($(VARIANT),release)
	$(Q)for file in libtenantca.so libtenantca.a $(SONAME) libtenantca-adapters.so \
		libtenantca-adapters.a $(ADAPTERS_SONAME) tenantca tenantca-simulator; do \
		[ -L build/$$file ] || ln -s release/$$file build/$$file; done
endif

# Flags are part of what an object depends on.
FLAGS_NOW = printf '%s\n' $(foreach one,$(FLAGS),'$(one) = $(subst ','\'',$(value $(one)))') \
	'\# $(OUR_CPPFLAGS) $(OUR_CFLAGS) $(OUR_LDFLAGS)'
$(BUILD)/flags.mk: FORCE
	@mkdir -p $(BUILD)
	@$(FLAGS_NOW) | cmp -s - $@ || $(FLAGS_NOW) >$@

COMPILE = $(CC) $(OUR_CPPFLAGS) $(CPPFLAGS) $(OUR_CFLAGS) -MMD -MP

$(OBJ)/shared/%.o: src/%.c $(BUILD)/flags.mk
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -Isrc -fPIC -fvisibility=hidden $(CFLAGS) -c $< -o $@

$(OBJ)/static/%.o: src/%.c $(BUILD)/flags.mk
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -Isrc -fvisibility=hidden $(CFLAGS) -c $< -o $@

$(OBJ)/examples/%.o: examples/%.c $(BUILD)/flags.mk
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -Iexamples $(CFLAGS) -c $< -o $@

$(OBJ)/tests/%.o: tests/%.c $(BUILD)/flags.mk
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(COMPILE) -Isrc -Iexamples -Itests -Itests/support $(CHECK_CFLAGS) $(CFLAGS) -c $< -o $@

LINK_LIBRARY = $(CC) $(OUR_LDFLAGS) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=src/libtenantca.map \
	$(if $(filter asan tsan,$(VARIANT)),,-Wl$(comma)-z$(comma)defs)
$(SHARED): $(SOURCES:src/%.c=$(OBJ)/shared/%.o) src/libtenantca.map
	$(call say,LINK,$@)
	$(Q)$(LINK_LIBRARY) $(filter %.o,$^) $(LDFLAGS) $(CORE_LIBS) -o $@

$(BUILD)/libtenantca.so: $(SHARED)
	$(Q)ln -sfn $(notdir $(SHARED)) $(BUILD)/$(SONAME)
	$(Q)ln -sfn $(SONAME) $@

$(STATIC): $(SOURCES:src/%.c=$(OBJ)/static/%.o)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

$(ADAPTERS_SHARED): $(ADAPTERS_SOURCES:src/%.c=$(OBJ)/shared/%.o) src/adapters/libtenantca-adapters.map $(BUILD)/libtenantca.so
	$(call say,LINK,$@)
	$(Q)$(CC) $(OUR_LDFLAGS) -shared -Wl,-soname,$(ADAPTERS_SONAME) \
		-Wl,--version-script=src/adapters/libtenantca-adapters.map \
		$(if $(filter asan tsan,$(VARIANT)),,-Wl$(comma)-z$(comma)defs) \
		$(filter %.o,$^) $(LDFLAGS) -L$(BUILD) -ltenantca $(ADAPTERS_LIBS) -o $@

$(BUILD)/libtenantca-adapters.so: $(ADAPTERS_SHARED)
	$(Q)ln -sfn $(notdir $(ADAPTERS_SHARED)) $(BUILD)/$(ADAPTERS_SONAME)
	$(Q)ln -sfn $(ADAPTERS_SONAME) $@

$(ADAPTERS_STATIC): $(ADAPTERS_SOURCES:src/%.c=$(OBJ)/static/%.o)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcsD $@ $^

LINK_SHARED = $(LINK) -L$(BUILD) -Wl,-rpath,$(abspath $(BUILD))
SIMULATOR_OBJECTS := $(SIMULATOR_SOURCES:examples/%.c=$(OBJ)/examples/%.o)
TOOL_OBJECTS := $(TOOL_SOURCES:examples/%.c=$(OBJ)/examples/%.o)
SUPPORT_OBJECTS := $(SUPPORT_SOURCES:tests/%.c=$(OBJ)/tests/%.o)

$(TOOL): $(TOOL_OBJECTS) $(SIMULATOR_OBJECTS) $(BUILD)/libtenantca.so $(BUILD)/libtenantca-adapters.so
	$(call say,LINK,$@)
	$(Q)$(LINK) -L$(BUILD) -Wl,-rpath,'$$ORIGIN' $(TOOL_OBJECTS) $(SIMULATOR_OBJECTS) \
		$(LDFLAGS) -ltenantca-adapters -ltenantca $(X509_LIBS) -o $@

$(SIMULATOR): $(OBJ)/examples/simulator/main.o $(SIMULATOR_OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(LINK) $^ $(LDFLAGS) -lmicrohttpd -ljansson -lmbedcrypto -lpthread -o $@

# ---- tests ----
UNIT_PROGRAMS := $(UNIT_TESTS:tests/%.c=$(BUILD)/tests/%)
API_PROGRAMS := $(API_TESTS:tests/%.c=$(BUILD)/tests/%)
TEST_LIBS = $(CHECK_LIBS) -lcrypto -lpthread $(X509_LIBS)

$(BUILD)/tests/unit/%: $(OBJ)/tests/unit/%.o $(SUPPORT_OBJECTS) $(SIMULATOR_OBJECTS) $(STATIC)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) $^ $(LDFLAGS) $(TEST_LIBS) -o $@

$(BUILD)/tests/api/%: $(OBJ)/tests/api/%.o $(SUPPORT_OBJECTS) $(SIMULATOR_OBJECTS) $(BUILD)/libtenantca.so
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK_SHARED) $(filter %.o,$^) $(LDFLAGS) -ltenantca $(TEST_LIBS) -o $@

TEST_ENVIRONMENT = TENANTCA_DATA='$(TENANTCA_DATA)' TENANTCA_VECTORS=tests/vectors \
	TENANTCA_BUILD=$(BUILD) $(if $(RUN),CK_TIMEOUT_MULTIPLIER=10) \
	$(if $(filter asan,$(VARIANT)),CK_FORK=no ASAN_OPTIONS=detect_leaks=1) \
	$(if $(filter tsan,$(VARIANT)),CK_FORK=no TSAN_OPTIONS=halt_on_error=1)

check-unit: $(UNIT_PROGRAMS)
	$(Q)set -e; for program in $^; do $(TEST_ENVIRONMENT) $(RUN) $$program; done

check-api: $(API_PROGRAMS)
	$(Q)set -e; for program in $^; do $(TEST_ENVIRONMENT) $(RUN) $$program; done

# The optional library, over real connections on this machine.
ADAPTERS_PROGRAMS := $(ADAPTERS_TESTS:tests/%.c=$(BUILD)/tests/%)
$(BUILD)/tests/adapters/%: $(OBJ)/tests/adapters/%.o $(ADAPTERS_SUPPORT:tests/%.c=$(OBJ)/tests/%.o) \
		$(BUILD)/libtenantca-adapters.so $(BUILD)/libtenantca.so
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK_SHARED) $(filter %.o,$^) $(LDFLAGS) -ltenantca-adapters -ltenantca -lcurl \
		-lmicrohttpd $(TEST_LIBS) -o $@

# Those that stand between the library and the system.
FAULTY_PROGRAMS := $(addprefix $(BUILD)/tests/adapters/,test_directory_faults test_trust_file)
$(FAULTY_PROGRAMS): $(BUILD)/tests/adapters/%: $(OBJ)/tests/adapters/%.o \
		$(OBJ)/tests/adapters/file_faults.o $(OBJ)/tests/support/fail_alloc.o \
		$(ADAPTERS_SUPPORT:tests/%.c=$(OBJ)/tests/%.o) $(ADAPTERS_STATIC) $(STATIC)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(LINK) $^ $(LDFLAGS) -lcurl $(TEST_LIBS) -o $@

check-adapters: $(ADAPTERS_PROGRAMS) $(SIMULATOR) $(TOOL)
	$(Q)set -e; for program in $(ADAPTERS_PROGRAMS); do $(TEST_ENVIRONMENT) $$program; done

check-tool: all
	$(Q)$(TEST_ENVIRONMENT) sh tests/tools/test_tool.sh $(TOOL)
	$(Q)$(TEST_ENVIRONMENT) sh tests/tools/test_tool_live.sh $(TOOL) $(SIMULATOR) $(BUILD)/live
	$(Q)$(TEST_ENVIRONMENT) sh tests/tools/test_rollout.sh $(TOOL) $(SIMULATOR) $(BUILD)/rollout
	$(Q)$(TEST_ENVIRONMENT) sh tests/tools/test_export.sh $(TOOL) $(SIMULATOR) $(BUILD)/export
	$(Q)$(TEST_ENVIRONMENT) sh tests/tools/test_verify.sh $(TOOL) $(SIMULATOR) $(BUILD)/verify
	$(Q)$(TEST_ENVIRONMENT) sh tests/tools/test_operate.sh $(TOOL) $(SIMULATOR) $(BUILD)/operate

# One small program per way of embedding, run as its second line says.
EXAMPLES := $(EXAMPLE_SOURCES:examples/%.c=$(BUILD)/examples/%)
$(BUILD)/examples/%: $(OBJ)/examples/%.o $(BUILD)/libtenantca-adapters.so $(BUILD)/libtenantca.so
	@mkdir -p $(@D)
	$(Q)$(LINK_SHARED) $< $(LDFLAGS) -ltenantca \
		$$(sed -n 's|^/\* link: \(.*\) \*/$$|\1|p' examples/$*.c) -o $@

# TLS servers, each where its stack is.
SSL_HEADER_openssl := openssl/ssl.h
SSL_HEADER_mbedtls := mbedtls/ssl.h
SSL_HEADER_gnutls := gnutls/gnutls.h
$(BUILD)/examples/%_server: $(OBJ)/examples/servers/%_server.o $(OBJ)/examples/servers/server.o $(BUILD)/libtenantca.so
	@mkdir -p $(@D)
	$(Q)$(LINK_SHARED) $(filter %.o,$^) $(LDFLAGS) -ltenantca -lpthread \
		$$(sed -n 's|^/\* link: \(.*\) \*/$$|\1|p' examples/servers/$*_server.c) -o $@

check-examples: $(EXAMPLES) $(SIMULATOR) $(TOOL)
	$(Q)sh tests/tools/check_examples.sh $(BUILD)
	$(Q)$(foreach stack,openssl mbedtls gnutls,if $(call has_header,$(SSL_HEADER_$(stack))); then \
		$(MAKE) --no-print-directory VARIANT=$(VARIANT) $(BUILD)/examples/$(stack)_server || exit 1; fi;)
	$(Q)sh tests/tools/test_servers.sh $(TOOL) $(SIMULATOR) $(BUILD)/examples $(BUILD)/servers

# The library as a folder in somebody else's tree, with flags of theirs.
check-embed:
	$(Q)$(MAKE) --no-print-directory -s -C examples/embed OUT=$(abspath $(BUILD))/embed CC='$(CC)' \
		CFLAGS='-O3 -D_FORTIFY_SOURCE=3 -Wall -Wextra $(WERROR)'
	$(Q)$(BUILD)/embed/program tests/vectors/tenant-ca-a.der | grep -qx '[0-9A-F]\{40\}' && echo 'embed: built and run'

check-man: $(TOOL) $(SIMULATOR)
	$(Q)sh tests/tools/check_man.sh $(TOOL) $(BUILD)

check-readme: all
	$(Q)CC='$(CC)' sh tests/tools/check_readme.sh $(BUILD)

# The Python package: with the interpreter that has its tests' modules.
PYTHON ?= $(shell for one in /usr/bin/python3 python3; do command -v $$one && break; done)
PYTHON_HEADERS := $(filter-out %/adapters.h %/export.h %/tenantca.h,$(HEADERS))
PYTHON_ENVIRONMENT = $(TEST_ENVIRONMENT) PYTHONPATH=examples/python:tests/python PYTHONDONTWRITEBYTECODE=1 \
	TENANTCA_LIBRARY=$(abspath $(BUILD))/libtenantca.so

check-python: all
	$(Q)if $(PYTHON) -c 'import mypy' 2>/dev/null || [ '$(CI)' = true ]; then cd examples/python && \
		MYPYPATH=. $(PYTHON) -m mypy --cache-dir ../../$(BUILD)/mypy tenantca && \
		MYPYPATH=. $(PYTHON) -m mypy --cache-dir ../../$(BUILD)/mypy-of-users --ignore-missing-imports \
			--no-warn-unused-ignores examples/*.py; \
	else echo 'python: no mypy here, types are not checked (make deps)'; fi
	$(Q)$(PYTHON_ENVIRONMENT) $(PYTHON) -W error::ResourceWarning -m unittest discover -q -s tests/python

python-abi:
	$(Q)$(PYTHON) tests/tools/make_python_abi.py $(PYTHON_HEADERS) >examples/python/tenantca/_abi.py

# Its library finds the others beside it.
WHEEL_LIBRARY := $(BUILD)/wheel-library/$(SONAME)
$(WHEEL_LIBRARY): $(SHARED)
	@mkdir -p $(@D)
	$(Q)$(LINK_LIBRARY) -Wl,-rpath,'$$ORIGIN' $(SOURCES:src/%.c=$(OBJ)/shared/%.o) $(LDFLAGS) $(CORE_LIBS) -o $@

wheel: lib $(WHEEL_LIBRARY)
	$(Q)sh examples/python/make_wheel.sh $(PYTHON) $(WHEEL_LIBRARY) $(BUILD) build

check-wheel: wheel $(SIMULATOR)
	$(Q)sh tests/tools/test_wheel.sh $(PYTHON) $(SIMULATOR) $(BUILD)/wheel-test build/tenantca-*.whl \
		$(WHEEL_LIBRARY)

# Fuzz targets: what they found before is replayed under the sanitizers.
REPLAYS := $(FUZZERS:tests/fuzz/%.c=$(BUILD)/fuzz/%)
$(BUILD)/fuzz/%: $(OBJ)/tests/fuzz/%.o $(OBJ)/tests/fuzz/replay.o $(STATIC)
	@mkdir -p $(@D)
	$(Q)$(LINK) $^ $(LDFLAGS) -lcrypto $(X509_LIBS) -o $@

check-fuzz: $(REPLAYS)
	$(Q)set -e; for program in $^; do \
		name=$${program##*/fuzz_}; $$program tests/vectors $$(ls -d tests/fuzz/corpus/$$name 2>/dev/null); \
	done

fuzz: $(FUZZERS:tests/fuzz/%.c=build/fuzz/%)
build/fuzz/%: tests/fuzz/%.c tests/fuzz/fuzz.h $(SOURCES) $(wildcard src/*/*.h) $(HEADERS)
	$(call say,FUZZ,$@)
	@mkdir -p $(@D)
	$(Q)clang -std=c11 -O1 -g -fsanitize=fuzzer,address,undefined -Iinclude -Isrc $(MBEDTLS_CFLAGS) \
		-Itests/fuzz $< $(SOURCES) -lcrypto $(X509_LIBS) -o $@

# ---- gates ----
check-headers:
	$(Q)sh tests/tools/check_headers.sh build

check-layers:
	$(Q)sh tests/tools/check_layers.sh

check-symbols: lib adapters
	$(Q)sh tests/tools/check_symbols.sh $(BUILD)/libtenantca.so $(STATIC) src/libtenantca.map \
		$(filter-out %/adapters.h,$(HEADERS))
	$(Q)sh tests/tools/check_symbols.sh $(BUILD)/libtenantca-adapters.so $(ADAPTERS_STATIC) \
		src/adapters/libtenantca-adapters.map include/tenantca/adapters.h

# What the headers make, beside what is kept of it; `make abi` keeps it anew.
check-abi abi:
	$(Q)sh tests/tools/abi.sh $(if $(filter abi,$@),write,check) src/libtenantca.abi \
		src/libtenantca.map tenantca/tenantca.h $(PYTHON_HEADERS)
	$(Q)sh tests/tools/abi.sh $(if $(filter abi,$@),write,check) src/adapters/libtenantca-adapters.abi \
		src/adapters/libtenantca-adapters.map tenantca/adapters.h include/tenantca/adapters.h

check-imports: lib
	$(Q)sh tests/tools/check_imports.sh $(BUILD)/libtenantca.so

check-install: all
	$(Q)MAKE='$(MAKE)' CC='$(CC)' VERSION=$(VERSION) sh tests/tools/check_install.sh build/stage $(BUILD)

check-format format-check:
	$(Q)$(if $(C_FILES),clang-format --dry-run --Werror $(C_FILES),echo 'format: no git checkout: skipped')

format:
	$(Q)$(if $(C_FILES),clang-format -i $(C_FILES),echo 'format: no git checkout: skipped')

check-asan:
	$(Q)$(MAKE) --no-print-directory VARIANT=asan check-unit check-api check-adapters check-fuzz

# Threads: our own code; Debian's mbedTLS is not instrumented, see tests/unit/test_key.c.
check-tsan:
	$(Q)$(MAKE) --no-print-directory VARIANT=tsan run-threads
run-threads: $(BUILD)/tests/api/test_trust_threads
	$(Q)$(TEST_ENVIRONMENT) $<

check-clang:
	$(Q)$(MAKE) --no-print-directory VARIANT=clang all check-unit check-api check-adapters

# Outside `check`, for it needs what the system does not have.
check-mbedtls:
	$(Q)[ -n '$(MBEDTLS_LIBDIR)' ] || { echo 'make check-mbedtls MBEDTLS_CFLAGS=-I... MBEDTLS_LIBDIR=...' >&2; exit 1; }
	$(Q)$(MAKE) --no-print-directory VARIANT=mbedtls check-unit check-api

# Outside `check`, for it fetches compilers and libraries and takes its time under qemu-user.
cross: $(MACHINES:%=cross-%)
cross-%:
	$(Q)sh tests/tools/cross_root.sh $* $(abspath build/machines/$*)
	$(Q)$(MAKE) --no-print-directory VARIANT=$* lib check-unit check-api

# Building and testing must leave nothing behind.
check-clean:
	$(Q)sh tests/tools/check_clean.sh

GATES := check-layers check-headers check-format check-symbols check-abi check-imports check-unit check-api \
	check-adapters check-tool check-examples check-python check-wheel check-embed check-man check-readme check-install check-asan check-tsan check-clang check-clean
check: all
	$(Q)set -e; for gate in $(GATES); do echo "== $$gate"; \
		$(MAKE) --no-print-directory $$gate; done
	@echo "All gates passed: $(GATES)"

# ---- measuring ----
BENCH_PROGRAMS := $(BENCHES:tests/%.c=$(BUILD)/tests/%)
BENCH_PEERS := $(patsubst tests/%.c,$(OBJ)/tests/%.o,$(wildcard tests/bench/peer_*.c))
$(BUILD)/tests/bench/%: $(OBJ)/tests/bench/%.o $(BENCH_PEERS) $(SIMULATOR_OBJECTS) $(ADAPTERS_STATIC) $(STATIC)
	@mkdir -p $(@D)
	$(Q)$(LINK) $^ $(LDFLAGS) -lcrypto -lcurl -lpthread $(X509_LIBS) \
		$$($(call has_header,wolfssl/ssl.h) && echo -lwolfssl) \
		$$($(call has_header,gnutls/x509.h) && echo -lgnutls) -o $@

bench: $(BENCH_PROGRAMS) $(SIMULATOR)
	$(Q)pin=$$(command -v taskset >/dev/null && echo 'taskset -c 0'); \
	for program in $^; do TENANTCA_VECTORS=tests/vectors $$pin $$program; done; \
	$(PYTHON_ENVIRONMENT) $$pin $(PYTHON) tests/bench/bench_python.py

coverage:
	$(Q)$(MAKE) --no-print-directory VARIANT=coverage check-unit check-api check-adapters
	$(Q)command -v gcovr >/dev/null || { echo 'coverage: install gcovr' >&2; exit 1; }
	$(Q)gcovr --root . --filter src/ --gcov-ignore-parse-errors --print-summary build/coverage

demo: all
	$(Q)mkdir -p build/demo
	$(Q)$(TOOL) demo --destination build/demo/rollover.svg --force

vectors: $(BUILD)/gen_vectors
	$(Q)$(BUILD)/gen_vectors tests/vectors src/trust/self_test_data.h
GENERATOR_OBJECTS := $(patsubst tests/%.c,$(OBJ)/tests/%.o,$(wildcard tests/tools/*.c)) $(SIMULATOR_OBJECTS)
$(BUILD)/gen_vectors: $(GENERATOR_OBJECTS)
	$(Q)$(LINK) $^ $(LDFLAGS) -ljansson -lmbedcrypto -o $@

# ---- installing ----
# The tool as installed finds its libraries where the system looks for them.
$(INSTALLED_TOOL): $(TOOL)
	@mkdir -p $(@D)
	$(Q)$(CC) $(OUR_LDFLAGS) -L$(BUILD) $(TOOL_OBJECTS) $(SIMULATOR_OBJECTS) $(LDFLAGS) \
		-ltenantca-adapters -ltenantca $(X509_LIBS) -o $@

# HOW:FOLDER:FILE, for install and uninstall; how is a mode, link for a link that is kept as it is, and
# fill for a template that becomes a file without its .in.
CORE_FILES := 755:$(LIBDIR):$(SHARED) $(addprefix link:$(LIBDIR):$(BUILD)/,$(SONAME) libtenantca.so) \
	644:$(LIBDIR):$(STATIC) $(addprefix 644:$(INCLUDEDIR)/tenantca:,$(filter-out %/adapters.h,$(HEADERS))) \
	fill:$(PKGCONFIGDIR):pkgconfig/libtenantca.pc.in \
	$(addprefix fill:$(LIBDIR)/cmake/tenantca:,$(wildcard pkgconfig/*.cmake.in)) \
	644:$(MANDIR)/man3:include/tenantca/libtenantca.3 $(addprefix 644:$(DOCDIR):,README.md CHANGELOG.md LICENSE)
OPERATE := $(wildcard examples/operate/*)
ADAPTERS_FILES := 755:$(BINDIR):$(INSTALLED_TOOL) 755:$(LIBDIR):$(ADAPTERS_SHARED) \
	$(addprefix link:$(LIBDIR):$(BUILD)/,$(ADAPTERS_SONAME) libtenantca-adapters.so) \
	644:$(LIBDIR):$(ADAPTERS_STATIC) 644:$(INCLUDEDIR)/tenantca:include/tenantca/adapters.h \
	fill:$(PKGCONFIGDIR):pkgconfig/libtenantca-adapters.pc.in 644:$(MANDIR)/man1:examples/tenantca/tenantca.1 \
	$(addprefix 644:$(DOCDIR)/examples/tenantca:examples/tenantca/,configuration.md configuration.json alerts.yml) \
	$(addprefix 755:$(DOCDIR)/examples/operate:,$(filter %.sh,$(OPERATE))) \
	$(addprefix 644:$(DOCDIR)/examples/operate:,$(filter-out %.sh,$(OPERATE)))
OWN_FOLDERS := $(INCLUDEDIR)/tenantca $(LIBDIR)/cmake/tenantca \
	$(addprefix $(DOCDIR),/examples/operate /examples/tenantca /examples) $(DOCDIR)
FILL = PREFIX='$(PREFIX)' LIBDIR='$(LIBDIR)' INCLUDEDIR='$(INCLUDEDIR)' VERSION='$(VERSION)' \
	MBEDTLS_LIBDIR='$(abspath $(MBEDTLS_LIBDIR))' PKG_CONFIG='$(PKG_CONFIG)' \
	POINTER_SIZE=$$(echo __SIZEOF_POINTER__ | $(CC) $(CFLAGS) -x c -E -P -) sh pkgconfig/fill.sh

# Writes nothing here that `all` has written, for it may be another user who installs.
install: all
	$(Q)set -e; for one in $(CORE_FILES) $$([ ! -e $(INSTALLED_TOOL) ] || echo $(ADAPTERS_FILES)); do \
		how=$${one%%:*} file=$${one##*:} folder=$${one#*:}; \
		folder="$(DESTDIR)$${folder%:*}" name=$${file##*/}; \
		install -d -m 755 "$$folder"; \
		case $$how in \
		link) cp -Pf $$file "$$folder" ;; \
		fill) install -m 644 /dev/null "$$folder/$${name%.in}"; $(FILL) $$file >"$$folder/$${name%.in}" ;; \
		*) install -m $$how $$file "$$folder" ;; \
		esac; done
	$(Q)[ -n "$(DESTDIR)" ] || { PATH="$$PATH:/sbin:/usr/sbin"; ldconfig; \
		ldconfig -p | grep -q '$(LIBDIR:/usr/%=/%)/$(SONAME)$$'; } 2>/dev/null || \
		echo 'Programs find the library once $(LIBDIR) is in /etc/ld.so.conf.d and root has run ldconfig'

uninstall:
	$(Q)for one in $(CORE_FILES) $(ADAPTERS_FILES); do \
		file=$${one##*:} folder=$${one#*:}; \
		name=$${file##*/}; rm -f "$(DESTDIR)$${folder%:*}/$${name%.in}"; done
	$(Q)for folder in $(OWN_FOLDERS); do rmdir "$(DESTDIR)$$folder" 2>/dev/null || :; done

deps:
	@sh tests/tools/deps.sh

clean:
	rm -rf build

# `make deps check` installs first, whatever -j says.
ifneq ($(filter deps,$(MAKECMDGOALS)),)
.NOTPARALLEL:
endif

FORCE:

-include $(shell find $(OBJ) -name '*.d' 2>/dev/null)
.SECONDARY:
