# SPDX-License-Identifier: GPL-2.0-or-later
#
# make               svti.ko, keyd, keydctl, svtictl, link_svti.so (for ip) into $(BUILD)
# make check         every test, the endless ones in brief; one level: check-unit, check-sim,
#                    check-kunit, check-matrix, check-hostile, check-nlfuzz, check-kernels,
#                    check-e2e, check-interop
# make check-e2e KVER=6.12   with another kernel than the newest installed one: see scripts/kernels
# make check-long    all of every test, hours where the machine is emulated
# make check-vm      whether the virtual machine that the last two use tells the truth
# make check-scale   100,000 policies through netlink, with the time that each step takes
# make install       DESTDIR, prefix, sysconfdir, iplibdir and KDIR are honoured
#
# The module is built against KDIR: the running kernel's headers, else the newest ones installed.

VERSION := 0.1.0
BUILD   ?= build
CC      ?= cc
PKG_CONFIG ?= pkg-config

prefix      ?= /usr/local
sbindir     ?= $(prefix)/sbin
sysconfdir  ?= /etc
# Where ip looks for plugins.
iplibdir    ?= /usr/lib/$(shell $(CC) -print-multiarch)/ip
INSTALL     ?= install

KREL := $(shell uname -r)
KDIR ?= $(firstword $(wildcard /lib/modules/$(KREL)/build) \
	$(shell ls -d /usr/src/linux-headers-*-$$(dpkg --print-architecture 2>/dev/null || uname -m) \
	2>/dev/null | sort -rV | head -n 1))

WARN   := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla \
	  -Wpointer-arith -Wundef -Werror
HARDEN := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
	  -fcf-protection -fPIE
HARDEN_LD := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

KEYD_LIBS  := libnl-3.0 libnl-genl-3.0 gnutls nettle hogweed gmp libconfuse libevent_core jansson \
	      libcap-ng
LIB_CFLAGS  = $(shell $(PKG_CONFIG) --cflags $(KEYD_LIBS))
LIB_LIBS    = $(shell $(PKG_CONFIG) --libs $(KEYD_LIBS))
CHECK_LIBS  = $(shell $(PKG_CONFIG) --libs check)

KEYD_CPPFLAGS := -std=c11 -D_GNU_SOURCE -DSVTI_VERSION='"$(VERSION)"' -DSVTI_SYSCONFDIR='"$(sysconfdir)"' \
	-Ikeyd -Iuapi
KEYD_CFLAGS = $(KEYD_CPPFLAGS) $(WARN) $(LIB_CFLAGS) $(CFLAGS)

# The programs are keyd/main.c, keyd/tools/keydctl*.c and keyd/tools/svtictl*.c; every other
# file is a room that they share, and that the tests link.
ROOMS   := $(filter-out keyd/main.c keyd/tools/%,$(wildcard keyd/*.c keyd/*/*.c))
KEYDCTL := $(wildcard keyd/tools/keydctl*.c)
SVTICTL := $(wildcard keyd/tools/svtictl*.c)

# V=1 shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-7s %s\n' '$(1)' '$(2)')

obj = $(patsubst %.c,$(BUILD)/$(1)/%.o,$(2))

.PHONY: all kmod keyd clean install check check-unit check-kunit check-sim check-e2e check-interop \
	check-matrix check-hostile check-nlfuzz check-kernels check-vm check-long check-scale \
	help
all: kmod keyd

help:
	@sed -n '3,12s/^# \{0,1\}//p' Makefile

# --- the kernel module: built in a tree of symbolic links, so that the sources stay clean

KMOD_SOURCES := Kbuild $(wildcard kmod/*.[ch] kmod/tests/*.[ch] uapi/*.h)

kmod: $(BUILD)/svti.ko

$(BUILD)/svti.ko: $(KMOD_SOURCES) | $(BUILD)/kmod
	@test -n "$(KDIR)" || { echo "no kernel headers found: install linux-headers-amd64 or set KDIR" >&2; exit 1; }
	$(Q)rm -rf $(BUILD)/kmod/src && mkdir -p $(BUILD)/kmod/src
	$(Q)cp -as $(CURDIR)/Kbuild $(CURDIR)/kmod $(CURDIR)/uapi $(BUILD)/kmod/src/
	$(Q)$(MAKE) --no-print-directory -C $(KDIR) M=$(abspath $(BUILD)/kmod/src) modules
	$(Q)cp $(BUILD)/kmod/src/svti.ko $@

$(BUILD)/kmod:
	mkdir -p $@

# --- keyd, keydctl, svtictl

keyd: $(BUILD)/keyd $(BUILD)/keydctl $(BUILD)/svtictl $(BUILD)/link_svti.so

$(BUILD)/hard/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(KEYD_CFLAGS) $(HARDEN) -MMD -MP -c -o $@ $<

$(BUILD)/libkeyd.a: $(call obj,hard,$(ROOMS))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

$(BUILD)/keyd: $(call obj,hard,keyd/main.c) $(BUILD)/libkeyd.a
	$(call say,LD,$@)
	$(Q)$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)
$(BUILD)/keydctl: $(call obj,hard,$(KEYDCTL)) $(BUILD)/libkeyd.a
	$(call say,LD,$@)
	$(Q)$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)
$(BUILD)/svtictl: $(call obj,hard,$(SVTICTL)) $(BUILD)/libkeyd.a
	$(call say,LD,$@)
	$(Q)$(CC) $(HARDEN_LD) $(LDFLAGS) -o $@ $^ $(LIB_LIBS)

# The plugin of ip is by itself: one file, libc only.
$(BUILD)/link_svti.so: keyd/tools/link_svti.c uapi/svti.h
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE -Iuapi $(WARN) $(filter-out -fPIE,$(HARDEN)) -fPIC -fvisibility=hidden \
		$(CFLAGS) -shared $(filter-out -pie,$(HARDEN_LD)) $(LDFLAGS) -o $@ $<

# --- unit and simulation tests: the rooms once more, under ASan and UBSan

$(BUILD)/san/%.o: %.c
	@mkdir -p $(@D)
	$(call say,CC san,$<)
	$(Q)$(CC) $(KEYD_CFLAGS) -Itests $(SANITIZE) -MMD -MP -c -o $@ $<

$(BUILD)/libkeyd-san.a: $(call obj,san,$(ROOMS))
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar rcs $@ $^

UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
SIM_TESTS  := $(patsubst tests/sim/%.c,$(BUILD)/sim/%,$(wildcard tests/sim/test_*.c))
SIM_HELPERS := $(filter-out $(wildcard tests/sim/test_*.c),$(wildcard tests/sim/*.c))
UNIT_HELPERS := $(filter-out $(wildcard tests/unit/test_*.c),$(wildcard tests/unit/*.c))

$(BUILD)/unit/test_%: $(BUILD)/san/tests/unit/test_%.o $(call obj,san,$(UNIT_HELPERS)) $(BUILD)/libkeyd-san.a
	@mkdir -p $(@D)
	$(call say,LD san,$@)
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(LIB_LIBS) $(CHECK_LIBS)
$(BUILD)/sim/test_%: $(BUILD)/san/tests/sim/test_%.o $(call obj,san,$(SIM_HELPERS)) $(BUILD)/libkeyd-san.a
	@mkdir -p $(@D)
	$(call say,LD san,$@)
	$(Q)$(CC) $(SANITIZE) -o $@ $^ $(LIB_LIBS) $(CHECK_LIBS)

# This one plays ip, which exports its symbols, and opens the plugin as ip does.
$(BUILD)/unit/test_link_svti: SANITIZE += -rdynamic
$(BUILD)/unit/test_link_svti: | $(BUILD)/link_svti.so
$(BUILD)/san/tests/unit/test_link_svti.o: SANITIZE += -DSVTI_PLUGIN='"$(abspath $(BUILD))/link_svti.so"'

.SECONDARY:

# Each level installs what it needs, ends with one line "name: N passed, N failed", and a level
# that could not run is a failure.
LEVELS := unit sim kunit matrix hostile nlfuzz kernels e2e interop
could_not_run = { echo "$(1): 0 passed, 1 failed"; exit 1; }

check:
	@failed=; for level in $(LEVELS); do \
		echo "== check-$$level"; \
		$(MAKE) --no-print-directory check-$$level BRIEF=$(if $(SVTI_LONG),,1) || failed="$$failed $$level"; \
	done; test -z "$$failed" || { echo "failed levels:$$failed" >&2; exit 1; }

check-unit:
	@scripts/setup build test && $(MAKE) --no-print-directory unit-programs || $(call could_not_run,unit)
	@tests/unit/run unit $(UNIT_TESTS) tests/unit/uapi.py
check-sim:
	@scripts/setup build test && $(MAKE) --no-print-directory sim-programs || $(call could_not_run,sim)
	@tests/unit/run sim $(SIM_TESTS)
check-kunit:
	@scripts/setup build test || $(call could_not_run,kunit)
	@BUILD=$(abspath $(BUILD)) tests/kunit/run
# svti against the kernel's own xfrm: every combination of what both can do, in brief every pair.
check-matrix:
	@scripts/setup build test || $(call could_not_run,matrix)
	@BUILD=$(abspath $(BUILD)) tests/matrix/run $(if $(BRIEF),pairwise,whole)
# Packets that nobody should send.
check-hostile:
	@scripts/setup build test || $(call could_not_run,hostile)
	@BUILD=$(abspath $(BUILD)) tests/hostile/run $(if $(BRIEF),brief,whole)
# Requests that nobody should make, for so many seconds; SEED repeats a run.
FUZZ_SECONDS ?= $(if $(BRIEF),12,600)
check-nlfuzz:
	@scripts/setup build test || $(call could_not_run,nlfuzz)
	@BUILD=$(abspath $(BUILD)) tests/nlfuzz/run $(FUZZ_SECONDS) $(SEED)
check-kernels:
	@scripts/setup build || $(call could_not_run,kernels)
	@BUILD=$(abspath $(BUILD)) tests/kernels/run
check-e2e:
	@scripts/setup build test && $(MAKE) --no-print-directory all || $(call could_not_run,e2e)
	@BUILD=$(abspath $(BUILD)) KVER=$(KVER) tests/e2e/run
check-interop:
	@scripts/setup all && $(MAKE) --no-print-directory all || $(call could_not_run,interop)
	@BUILD=$(abspath $(BUILD)) KVER=$(KVER) tests/interop/run

# Also what takes too long to be run each time: the lines of the lists that begin with "long".
check-long:
	@SVTI_LONG=1 $(MAKE) --no-print-directory check

# Not one of the levels: whether the virtual machine that two of them use tells the truth.
check-vm:
	@scripts/setup build test || $(call could_not_run,vm)
	@tests/vm/selftest

# Too long for a level: 2 minutes where the machine is emulated.
check-scale:
	@scripts/setup build test && $(MAKE) --no-print-directory all || $(call could_not_run,scale)
	@BUILD=$(abspath $(BUILD)) tests/scale/run

.PHONY: unit-programs sim-programs
unit-programs: $(UNIT_TESTS)
sim-programs: $(SIM_TESTS)

# --- install

install: all
	$(INSTALL) -D -m 755 -t $(DESTDIR)$(sbindir) $(BUILD)/keyd $(BUILD)/keydctl $(BUILD)/svtictl
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(iplibdir) $(BUILD)/link_svti.so
	$(INSTALL) -D -m 644 -t $(DESTDIR)$(prefix)/include uapi/svti.h
	$(INSTALL) -d -m 755 $(DESTDIR)$(sysconfdir)/svti $(DESTDIR)$(sysconfdir)/svti/certs $(DESTDIR)$(sysconfdir)/svti/ca
	$(INSTALL) -d -m 700 $(DESTDIR)$(sysconfdir)/svti/private
	$(MAKE) -C $(KDIR) M=$(abspath $(BUILD)/kmod/src) INSTALL_MOD_PATH=$(DESTDIR) CONFIG_MODULE_SIG_ALL= \
		modules_install

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
