# Everything starts here: `make help`.

BPF_CLANG  ?= clang-14
SWIFT      ?= swift
# An import of a target that is not declared compiles by accident; a clean build finds it.
SWIFT_FLAGS ?= --explicit-target-dependency-import-check error
export BPF_CLANG

# What Debian 12 needs beside Swift 6.3: libraries, the pinned BPF compiler, and the tools of tests and demo.
PACKAGES := libbpf-dev libelf-dev clang libsqlite3-dev libssl-dev linux-libc-dev pkg-config \
	bpftool iproute2 procps mount util-linux make git
# What the Swift 6.3 toolchain itself wants of the system.
SWIFT_PACKAGES := binutils libc6-dev libcurl4 libedit2 libncurses6 libstdc++-12-dev libxml2 tzdata
TEST_PACKAGES := strace sqlite3 jq python3 netbase nftables
MODEL_PACKAGES := spin gcc libc6-dev

VM_PACKAGES := qemu-system-x86 busybox-static kmod cpio xz-utils

PURE   := ModelTests|StoreTests|AuditTests|InventoryTests
KERNEL := KernelTests|MirrorTests|LoaderTests|LabTests|ScenarioTests|MigrateTests

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 14

.PHONY: deps test-deps
deps: ## install what is missing to build (apt, needs root)
	@scripts/install $(PACKAGES) $(SWIFT_PACKAGES)
test-deps: deps
	@scripts/install $(TEST_PACKAGES)

.PHONY: bpf
bpf: ## compile the BPF objects
	@$(MAKE) --no-print-directory -C bpf

.PHONY: build
build: deps bpf ## release binary: .build/release/migrate
	$(SWIFT) build -c release --static-swift-stdlib --product migrate
	@.build/release/migrate --version

.PHONY: debug
debug: deps bpf
	$(SWIFT) build $(SWIFT_FLAGS)

.PHONY: test test-pure test-kernel test-release test-vm test-vm-short kernels-table build-tests
test: lint test-pure test-kernel test-release ## build, then run every test: the pure ring, then the kernel ring as root

build-tests: test-deps bpf
	$(SWIFT) build --build-tests $(SWIFT_FLAGS)

test-pure: build-tests ## tests that need neither root nor a kernel
	scripts/told-again $(SWIFT) test --skip-build --filter '^($(PURE))\.'

test-kernel: build-tests ## tests on the real kernel, in namespaces and a bpffs of their own
	MIGRATE_TEST_REQUIRE=$(or $(MIGRATE_TEST_REQUIRE),$(if $(CI),root$(comma)bpffs$(comma)strace$(comma)jq$(comma)sqlite3$(comma)bpftool$(comma)python3$(comma)linktypes$(comma)tcx$(comma)netfilterprograms)) \
		scripts/told-again scripts/isolated $(SWIFT) test --skip-build --no-parallel --filter '^($(KERNEL))\.'

.PHONY: faults
faults: build-tests ## disk full and I/O error at every call of every verb on its database: make faults VERB=rollback
	MIGRATE_TEST_FAULTS=$(or $(VERB),all) scripts/isolated $(SWIFT) test --skip-build --no-parallel \
		--filter '^MigrateTests\.MigrateSuite/DatabaseFaults'

# Optimised code treats memory differently: what is shipped plays the whole story once, and every step is checked.
test-release: build release-lab
	@CONFIGURATION=release scripts/demo

# Other kernels than this machine's own: docs/kernels.md.
test-vm: build-tests build release-lab ## the tests and the demo on kernels 6.12 and 6.1, emulated: make test-vm KERNEL=6.1 SHORT=1
	@scripts/install $(VM_PACKAGES)
	@KERNEL="$(if $(findstring command,$(origin KERNEL)),$(KERNEL))" SHORT="$(SHORT)" RINGS="$(RINGS)" scripts/vm/test
test-vm-short: build-tests build release-lab ## the short form on 6.1
	@scripts/install $(VM_PACKAGES)
	@SHORT=1 scripts/vm/test

kernels-table: build ## the table of docs/kernels.md, made anew from the last runs of test-vm and from this machine
	@scripts/isolated .build/release/migrate preflight --private-bpffs -o json >.build/vm/preflight.json
	@scripts/vm/kernels-table write .build/vm/results/*/preflight.json .build/vm/preflight.json

.PHONY: release-lab
release-lab: deps bpf
	$(SWIFT) build -c release --static-swift-stdlib --product migrate-lab

.PHONY: release-bench
release-bench: deps bpf
	$(SWIFT) build -c release --static-swift-stdlib --product MigrateBench

.PHONY: demo
demo: test-deps bpf ## the whole story on a throw-away node: plan, refusal, apply under traffic, rollback, report
	$(SWIFT) build --product migrate
	$(SWIFT) build --product migrate-lab
	@scripts/demo

.PHONY: bench
bench: test-deps build release-lab release-bench ## side-by-side figures, as ratios; make bench ONLY=datapath
	@ONLY="$(ONLY)" scripts/bench

.PHONY: ledger
ledger: build release-lab ## who delivered each packet through N cycles of apply and rollback: make ledger N=1000 SHADOW=1
	@N="$(N)" SHADOW="$(SHADOW)" PACKETS="$(PACKETS)" RATE="$(RATE)" MEMBERSHIP="$(MEMBERSHIP)" scripts/ledger

.PHONY: fuzz
fuzz: deps bpf ## libFuzzer over the decoders: make fuzz SECONDS=600
	@scripts/fuzz $(SECONDS)

.PHONY: model
model: ## check the protocol of the cut with spin: every property, and that every known mistake is found
	@scripts/install $(MODEL_PACKAGES)
	@scripts/model

.PHONY: format lint
format: ## format Swift
	$(SWIFT) format format --in-place --recursive --parallel Sources Tests Package.swift
lint: deps ## what the formatter and its rules say: no forced unwrap, no try!
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift
	@scripts/units

.PHONY: clean
clean: ## remove what was built
	rm -rf .build
	$(MAKE) -C bpf clean

comma := ,
