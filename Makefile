# Everything starts here: `make help`.

BPF_CLANG  ?= clang-14
SWIFT      ?= swift
# An import of a target that is not declared compiles by accident; a clean build finds it.
SWIFT_FLAGS ?= --explicit-target-dependency-import-check error
export BPF_CLANG
# In a scratch path of its own, for into each only one build is let at a time; .build/release leads there.
RELEASE := $(SWIFT) build -c release --static-swift-stdlib --scratch-path .build/shipped

# What Debian 12 needs beside Swift 6.3: libraries, the pinned BPF compiler, and the tools of tests and demo.
PACKAGES := libbpf-dev libelf-dev clang libsqlite3-dev libssl-dev linux-libc-dev pkg-config \
	bpftool iproute2 procps mount util-linux make git
# What the Swift 6.3 toolchain itself wants of the system.
SWIFT_PACKAGES := binutils libc6-dev libcurl4 libedit2 libncurses6 libstdc++-12-dev libxml2 tzdata
# promtool comes with a server that Debian starts where there is an init: for CI alone.
TEST_PACKAGES := strace sqlite3 jq python3 python3-html5lib python3-jsonschema netbase nftables $(if $(CI),prometheus)
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
	$(RELEASE) --product migrate
	@ln -sfn shipped/release .build/release
	@.build/release/migrate --version

.PHONY: debug
debug: deps bpf
	$(SWIFT) build $(SWIFT_FLAGS)

.PHONY: test test-long test-debug test-pure test-kernel test-release test-shipped test-vm test-vm-short kernels-table build-tests
test: lint test-deps bpf ## every test: the pure ring, the kernel ring as root, the demo, what ships beside the program, kernel 6.1 in short
	@scripts/beside '$(MAKE) --no-print-directory build release-lab' $(MAKE) --no-print-directory test-debug
	@CONFIGURATION=release scripts/demo
	@scripts/install $(VM_PACKAGES)
	@scripts/beside 'SHORT=1 scripts/vm/test' $(MAKE) --no-print-directory test-shipped
test-long: ## the same; of tables with many alike rows all are played, instead of some
	@MIGRATE_TEST_LONG=1 $(MAKE) --no-print-directory test

build-tests: test-deps bpf
	$(SWIFT) build --build-tests $(SWIFT_FLAGS)

test-debug: test-pure test-kernel

test-pure: build-tests ## tests that need neither root nor a kernel
	scripts/told-again $(SWIFT) test --skip-build --filter '^($(PURE))\.'

test-kernel: build-tests ## tests on the real kernel, each suite in namespaces and a bpffs of its own, several at once
	MIGRATE_TEST_REQUIRE=$(or $(MIGRATE_TEST_REQUIRE),$(if $(CI),root$(comma)bpffs$(comma)strace$(comma)jq$(comma)sqlite3$(comma)bpftool$(comma)python3$(comma)linktypes$(comma)tcx$(comma)netfilterprograms$(comma)udpsegments$(comma)promtool$(comma)html5lib$(comma)jsonschema)) \
		scripts/told-again scripts/ring '$(KERNEL)'

.PHONY: faults
faults: build-tests ## disk full and I/O error at every call of every verb on its database: make faults VERB=rollback
	MIGRATE_TEST_FAULTS=$(or $(VERB),all) scripts/isolated $(SWIFT) test --skip-build --no-parallel \
		--filter '^MigrateTests\.MigrateSuite/DatabaseFaults'

# Optimised code treats memory differently: what is shipped plays the whole story once, and every step is checked.
test-release: build release-lab
	@CONFIGURATION=release scripts/demo

test-shipped: test-fleet-short test-manifests test-image test-capabilities test-fleet-figures

# Other kernels than this machine's own: docs/kernels.md.
test-vm: build-tests build release-lab ## the tests and the demo on kernels 6.12 and 6.1, emulated: make test-vm KERNEL=6.1 SHORT=1
	@scripts/install $(VM_PACKAGES)
	@KERNEL="$(if $(findstring command,$(origin KERNEL)),$(KERNEL))" SHORT="$(SHORT)" LONG="$(LONG)" RINGS="$(RINGS)" scripts/vm/test
test-vm-short: build-tests build release-lab ## the short form on 6.1
	@scripts/install $(VM_PACKAGES)
	@SHORT=1 scripts/vm/test

kernels-table: build ## the table of docs/kernels.md, made anew from the last runs of test-vm and from this machine
	@scripts/isolated .build/release/migrate preflight --private-bpffs -o json >.build/vm/preflight.json
	@scripts/vm/kernels-table write .build/vm/results/*/preflight.json .build/vm/preflight.json

# openssh-server is not among them: deploy/ansible/test/sshd unpacks it, for Debian starts it where there is an init.
FLEET_PACKAGES := ansible-core python3-jinja2 openssh-client jq iproute2 iputils-ping binutils util-linux procps
.PHONY: test-fleet test-fleet-short
test-fleet: test-deps build release-lab ## the Ansible playbooks over ssh, on a fleet of six throw-away nodes
	@scripts/install $(FLEET_PACKAGES)
	@deploy/ansible/test/run full
test-fleet-short: test-deps build release-lab ## the same with three
	@scripts/install $(FLEET_PACKAGES)
	@deploy/ansible/test/run short

# Kubernetes: what is printed for it, the image, and what a pod may.
.PHONY: test-manifests test-image test-capabilities
test-manifests: test-deps build ## deploy/kubernetes and all that `migrate manifest` prints, validated strictly
	@scripts/install python3-venv
	@scripts/manifests
test-image: test-deps build ## the image's file system without a container engine, and migrate started in it
	@scripts/install mmdebstrap debian-archive-keyring binutils
	@scripts/image
test-capabilities: test-deps build release-lab ## each verb with the capabilities of docs/security.md, and with one less
	@scripts/capabilities

.PHONY: release-lab
release-lab: deps bpf
	$(RELEASE) --product migrate-lab
	@ln -sfn shipped/release .build/release

.PHONY: release-bench
release-bench: deps bpf
	$(RELEASE) --product MigrateBench
	@ln -sfn shipped/release .build/release

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

POWERCUT_PACKAGES := qemu-system-x86 busybox-static cpio e2fsprogs kmod jq python3
.PHONY: powercut
powercut: build release-lab ## cut the power of a machine in the middle of every verb: make powercut N=200 SEED=1
	@scripts/install $(POWERCUT_PACKAGES)
	@scripts/powercut/cuts.py .build/release --cuts $(or $(N),7) $(if $(SEED),--seed $(SEED)) $(POWERCUT)

.PHONY: fuzz
fuzz: deps bpf ## libFuzzer over the decoders: make fuzz SECONDS=600
	@scripts/fuzz $(SECONDS)

.PHONY: model
model: ## check the protocol of the cut with spin: every property, and that every known mistake is found
	@scripts/install $(MODEL_PACKAGES)
	@scripts/model

# Packaging: docs/install.md. Nothing of it is built by root: `make build` first, then `sudo make install`.
DEB_PACKAGES := dpkg-dev binutils gzip xz-utils python3
TEST_DEB_PACKAGES := mmdebstrap lintian util-linux
.PHONY: install deb test-deb notices fleet-figures test-fleet-figures
install: ## put it below PREFIX (/usr/local), with manual, completions and units: make install DESTDIR= PREFIX= UNITDIR=
	@DESTDIR="$(DESTDIR)" PREFIX="$(PREFIX)" UNITDIR="$(UNITDIR)" scripts/package/stage
deb: build ## a Debian package: .build/deb/migrate_VERSION_ARCH.deb
	@scripts/install $(DEB_PACKAGES)
	@scripts/package/deb
test-deb: deb release-lab ## install the package on a clean Debian 12, convert a throw-away node there, remove it; lintian
	@scripts/install $(TEST_DEB_PACKAGES)
	@lintian --fail-on error,warning .build/deb/*.deb
	@scripts/package/test-deb .build/deb/*.deb .build/release/migrate-lab
notices: build ## NOTICE, from the packages that are built in
	@scripts/package/notices
test-fleet-figures:
	@scripts/fleet-simulation --check
fleet-figures: ## the figures of docs/fleet.md, made anew; make fleet-figures CHECK=1 compares
	@scripts/fleet-simulation $(if $(CHECK),--check,--write)

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
