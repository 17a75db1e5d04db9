# Karte: one non-recursive Makefile.  `make help` lists the targets.

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
DEMO    ?= $(BUILD)/demo
LISTEN  ?= 127.0.0.1:8443
VERSION := 0.1
# Folders whose sources go into the library; narrowed while one part is worked on.
SOURCES ?= generator vault
ifeq ($(origin CC),default)
CC      := gcc
endif

# ---- what is needed from Debian ---------------------------------------------------------------
# probe=package: a pkg-config name, a command, or a file.  What a probe does not find is installed.
LIBRARIES := libcmark=libcmark-dev yaml-0.1=libyaml-dev libsodium=libsodium-dev \
    harfbuzz=libharfbuzz-dev harfbuzz-subset=libharfbuzz-dev icu-uc=libicu-dev \
    icu-i18n=libicu-dev libqrencode=libqrencode-dev lcms2=liblcms2-dev libgit2=libgit2-dev \
    gpgme=libgpgme-dev libmicrohttpd=libmicrohttpd-dev sqlite3=libsqlite3-dev \
    gnutls=libgnutls28-dev jansson=libjansson-dev zlib=zlib1g-dev \
    liboath=liboath-dev libfido2=libfido2-dev libmagic=libmagic-dev libqpdf=libqpdf-dev \
    libarchive=libarchive-dev xlsxwriter=libxlsxwriter-dev libcurl=libcurl4-openssl-dev \
    libcrypto=libssl-dev
FONTS    := /usr/share/fonts/truetype
PROGRAMS := gcc=gcc pkg-config=pkg-config gpg=gnupg gpgv=gpgv git=git python3=python3 \
    /usr/include/hpdf.h=libhpdf-dev \
    /usr/include/csv.h=libcsv-dev vipsthumbnail=libvips-tools pdftoppm=poppler-utils \
    $(FONTS)/bizud-mincho=fonts-morisawa-bizud-mincho \
    $(FONTS)/bizud-gothic=fonts-morisawa-bizud-gothic \
    $(FONTS)/ipamj=fonts-ipamj-mincho
TESTERS  := /usr/include/cmocka.h=libcmocka-dev curl=curl jq=jq openssl=openssl \
    qpdf=qpdf pdftotext=poppler-utils mandoc=mandoc shellcheck=shellcheck \
    chromium=chromium node=nodejs npm=npm gnutls-cli=gnutls-bin oathtool=oathtool faketime=faketime java=default-jre-headless \
    /usr/sbin/clamd=clamav-daemon zip=zip unzip=unzip soffice=libreoffice-calc-nogui
LINTERS  := clang=clang clang-format=clang-format clang-tidy=clang-tidy cppcheck=cppcheck
FUZZERS  := clang=clang /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux=libclang-rt-14-dev
SCANNERS := wapiti=wapiti sqlmap=sqlmap testssl=testssl.sh sslscan=sslscan openssl=openssl \
    slowhttptest=slowhttptest
BENCHERS := hugo=hugo nginx=nginx-light wrk=wrk

# Prints the packages whose probe is not found.
missing = for p in $(1); do \
    case $${p%%=*} in \
        /*) test -e $${p%%=*} ;; \
        *) command -v $${p%%=*} >/dev/null || pkg-config --exists $${p%%=*} 2>/dev/null ;; \
    esac || echo $${p\#*=}; \
done | sort -u
# Installs them, if any, without asking.
install_missing = set -e; need=$$($(call missing,$(1))); if [ -n "$$need" ]; then \
    echo "installing: $$need" | tr '\n' ' '; echo; sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get update -q; \
    $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$need; \
fi

# ---- flags ------------------------------------------------------------------------------------
WARN     := -Wall -Wextra -Wshadow -Wconversion -Wformat=2 -Wimplicit-fallthrough -Wvla \
            -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
            -Werror=format-security -Werror=implicit -Werror=incompatible-pointer-types \
            -Werror=int-conversion
WERROR   ?=
OPT      ?= -O2 -g
# OpenSSF Compiler Options Hardening Guide for C and C++, as far as gcc 12 and clang 14 know it.
HARDEN   := -fstack-clash-protection -fstack-protector-strong -ftrivial-auto-var-init=zero -fPIE \
            -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing -fexceptions
ifeq ($(findstring sanitize,$(OPT)),)
HARDEN   += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
endif
ifneq ($(findstring clang,$(CC)),)
HARDEN   += -enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang
endif
ifneq ($(filter x86_64 amd64,$(shell uname -m)),)
HARDEN   += -fcf-protection=full
endif
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed
DEFINES  := -D_GNU_SOURCE -DKARTE_VERSION='"$(VERSION)"' -DKARTE_DATADIR='"$(PREFIX)/share/karte"'
CFLAGS_ALL = -std=c11 -I. $(DEFINES) $(OPT) $(WARN) $(WERROR) $(HARDEN) $(PC_CFLAGS) $(CFLAGS)
LDFLAGS_ALL = $(OPT) $(HARDEN_LD) $(LDFLAGS)

# What pkg-config says is kept in a file that make reads; making it installs what is missing.
ifneq ($(filter-out clean help,$(or $(MAKECMDGOALS),all)),)
include $(BUILD)/flags.mk
endif
$(BUILD)/flags.mk: Makefile
	@mkdir -p $(@D)
	@$(call install_missing,$(PROGRAMS) $(LIBRARIES))
	@echo "PC_CFLAGS := $$(pkg-config --cflags $(foreach l,$(LIBRARIES),$(firstword $(subst =, ,$(l)))))" >$@
	@echo "PC_LIBS := $$(pkg-config --libs $(foreach l,$(LIBRARIES),$(firstword $(subst =, ,$(l))))) -lhpdf -lcsv -lm -lpthread" >>$@

# ---- the program ------------------------------------------------------------------------------
MAIN     := vault/main.c
SRCS     := $(filter-out $(MAIN),$(sort $(shell find $(SOURCES) -name '*.c')))
OBJS     := $(SRCS:%.c=$(BUILD)/obj/%.o)
LIB      := $(BUILD)/libkarte.a
KARTE    := $(BUILD)/karte

.DEFAULT_GOAL := all
.PHONY: all
all: $(KARTE)

$(KARTE): $(BUILD)/obj/$(MAIN:.c=.o) $(LIB)
	@echo "  LD    $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PC_LIBS)

$(LIB): $(OBJS)
	@echo "  AR    $@"
	@rm -f $@
	@$(AR) rcs $@ $^

$(BUILD)/obj/%.o: %.c $(BUILD)/flags.mk
	@echo "  CC    $<"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# ---- run --------------------------------------------------------------------------------------
.PHONY: run
run: $(KARTE) $(DEMO)/karte.yaml
	@echo
	@echo "見本のアカウント（ID、役割、機関、パスワード、認証アプリの鍵、いまの確認コード、名前）:"
	@$(KARTE) demo --accounts
	@echo
	@echo "確認コードは30秒ごとに変わり、1回だけ使えます。新しいコードは $(KARTE) demo --accounts で出ます。"
	@echo "認証アプリの鍵をスマートフォンのアプリに入れても、コードが出ます。"
	@echo "ブラウザで次のアドレスを開いてください（証明書は自己署名です）。終わるときは Ctrl-C です。"
	@echo "パスキーをためすときは、127.0.0.1 のかわりに localhost で開いてください。"
	@$(KARTE) -C $(DEMO) serve --listen $(LISTEN)

$(DEMO)/karte.yaml: | $(KARTE)
	@echo "見本の保管庫を作っています: $(DEMO)"
	@$(KARTE) demo $(DEMO) >/dev/null

# ---- tests ------------------------------------------------------------------------------------
UNITS    := $(sort $(wildcard tests/unit/*.c))
UNIT_BIN := $(UNITS:tests/unit/%.c=$(BUILD)/unit/%)
FUZZ     := $(filter-out driver,$(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/*.c)))
REPLAY   := $(FUZZ:%=$(BUILD)/replay/%)
BENCHES  := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))

# One program per unit test; cmocka prints, the exit code says the rest.
$(BUILD)/unit/%: tests/unit/%.c $(LIB)
	@echo "  TEST  $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $< $(LIB) -lcmocka $(PC_LIBS)

# A fuzz target with a plain main over its corpus: a regression test with any compiler.
$(BUILD)/replay/%: tests/fuzz/%.c tests/fuzz/driver.c $(LIB)
	@echo "  TEST  $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $(filter %.c,$^) $(LIB) $(PC_LIBS)

# Faults: a library that fails the n-th write, fsync or rename, loaded before all others.
FAULTS   := $(if $(findstring sanitize,$(OPT)),,$(BUILD)/fault/store $(BUILD)/fault/failnth.so)
$(BUILD)/fault/failnth.so: tests/fault/failnth.c
	@echo "  TEST  $@"
	@mkdir -p $(@D)
	@$(CC) -std=c11 $(DEFINES) $(OPT) $(WARN) -shared -fPIC -o $@ $< -ldl
$(BUILD)/fault/store: tests/fault/store.c $(LIB)
	@echo "  TEST  $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $< $(LIB) -lcmocka $(PC_LIBS)

# What an attacker with the disk and the vault's key would write for tests/attack/.
FORGE    := $(BUILD)/attack/forge
$(FORGE): tests/attack/forge.c $(LIB)
	@echo "  TEST  $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $< $(LIB) $(PC_LIBS)

$(BUILD)/bench/%: tests/bench/%.c $(LIB)
	@echo "  LD    $@"
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -MMD -MP $(LDFLAGS_ALL) -o $@ $< $(LIB) $(PC_LIBS)

.PHONY: test test-deps
test-deps:
	@$(call install_missing,$(TESTERS))

# The last line is "N passed, N failed[, N skipped]".
test: test-deps $(KARTE) $(UNIT_BIN) $(REPLAY) $(FAULTS) $(FORGE)
	@BUILD=$(BUILD) KARTE=$(abspath $(KARTE)) tests/run.sh

# The acceptance test of the four sheets: all forty model cases through the forms, in a browser
# (`make test` has every fourth).
.PHONY: cases
cases: test-deps $(KARTE)
	@CASES=all KARTE=$(abspath $(KARTE)) tests/browser/cases.sh

# Every page in every state, at three widths, into $(BUILD)/pictures.
.PHONY: pictures
pictures: test-deps $(KARTE)
	@BUILD=$(BUILD) KARTE=$(abspath $(KARTE)) tests/browser/pictures.sh all

# The same under AddressSanitizer and UndefinedBehaviorSanitizer, without the browser.
.PHONY: asan
asan: test-deps
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/asan OPT="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined" asan-run

.PHONY: asan-run
asan-run: $(KARTE) $(UNIT_BIN) $(REPLAY) $(FORGE)
	@BUILD=$(BUILD) KARTE=$(abspath $(KARTE)) SANITIZED=1 tests/run.sh

.PHONY: lint
lint:
	@$(call install_missing,$(LINTERS) $(TESTERS))
	@BUILD=$(BUILD) PC_CFLAGS="$(PC_CFLAGS)" tests/lint.sh

.PHONY: bench
bench: $(KARTE) $(BENCHES)
	@$(call install_missing,$(TESTERS) $(BENCHERS))
	@BUILD=$(BUILD) KARTE=$(abspath $(KARTE)) tests/bench/run.sh

# Coverage-guided, FUZZ_SECONDS for each target.
FUZZ_SECONDS ?= 60
.PHONY: fuzz
fuzz:
	@$(call install_missing,$(FUZZERS))
	@BUILD=$(BUILD) SECONDS_EACH=$(FUZZ_SECONDS) TARGETS="$(FUZZ)" tests/fuzz/run.sh

# Scanners at a running demo, about SCAN_MINUTES in all; the last line is "N passed, N failed".
SCAN_MINUTES ?= 20
.PHONY: scan
scan: $(KARTE)
	@$(call install_missing,$(TESTERS) $(SCANNERS))
	@BUILD=$(BUILD) KARTE=$(abspath $(KARTE)) SCAN_MINUTES=$(SCAN_MINUTES) tests/scan/run.sh

# ---- install ----------------------------------------------------------------------------------
.PHONY: install
install: $(KARTE)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/karte
	install -m 755 $(KARTE) $(DESTDIR)$(PREFIX)/bin/karte
	install -m 755 vault/audit/karte-verify $(DESTDIR)$(PREFIX)/bin/karte-verify
	install -d $(DESTDIR)$(PREFIX)/share/karte/audit/karteverify
	install -m 644 vault/audit/karteverify/*.py $(DESTDIR)$(PREFIX)/share/karte/audit/karteverify/
	cp -R content themes $(DESTDIR)$(PREFIX)/share/karte/
	for m in docs/man/*; do s=$${m##*.}; \
	    install -D -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/ja/man$$s/$${m##*/}; done

.PHONY: clean
clean:
	rm -rf $(BUILD)

.PHONY: help
help:
	@echo "make          builds build/karte (installs missing Debian packages)"
	@echo "make run      the demo vault on https://$(LISTEN)"
	@echo "make test     every test; make asan: under sanitizers"
	@echo "make cases    forty model cases through the forms, in a browser"
	@echo "make lint     format, static analysis, manuals, scripts"
	@echo "make pictures a picture of every page, into $(BUILD)/pictures"
	@echo "make bench    figures against peers; make fuzz: coverage-guided fuzzing"
	@echo "make scan     wapiti, sqlmap, testssl.sh, sslscan, slowhttptest, SCAN_MINUTES=$(SCAN_MINUTES)"
	@echo "make install  PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)"
	@echo "make clean"

-include $(OBJS:.o=.d) $(UNIT_BIN:=.d) $(REPLAY:=.d) $(BENCHES:=.d)
