// swift-tools-version: 6.2
import PackageDescription

/// Swift settings of every target: all warnings are errors.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]
/// Targets that touch C pointers also mark every unsafe use.
let memorySafe: [SwiftSetting] = strict + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "migrate",
    products: [
        .executable(name: "migrate", targets: ["MigrateMain"]),
        .executable(name: "migrate-lab", targets: ["LabMain"]),
        // For tests alone: preloaded into migrate, it ends it at any point.
        .library(name: "Killer", type: .dynamic, targets: ["CKiller"]),
        // The same, and gives it another time of day.
        .library(name: "WallClock", type: .dynamic, targets: ["CWallClock"]),
    ],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C: the kernel's and the libraries' side of the boundary.
        .systemLibrary(
            name: "CLibbpf", pkgConfig: "libbpf",
            providers: [.apt(["libbpf-dev", "libelf-dev"])]),
        .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CKernel"),
        // The calls that exchange an attached program: for Loader alone.
        .target(name: "CAttach"),
        // The calls that put frames into a namespace and take them out: for Mirror alone.
        .target(name: "CMirror"),
        .target(name: "BPFObjects"),
        .target(name: "LabObjects"),

        // Words and records: nothing here needs root or a kernel.
        .target(name: "Model", dependencies: ["CCrypto", yams], swiftSettings: strict),
        .target(
            name: "Migrations", path: "migrations",
            resources: [
                .embedInCode("v0001_records.sql"), .embedInCode("v0002_hooks.sql"), .embedInCode("v0003_entries.sql"),
                .embedInCode("v0004_views.sql"), .embedInCode("v0005_layouts.sql"),
                .embedInCode("v0006_equivalence.sql"), .embedInCode("v0007_warnings.sql"),
                .embedInCode("v0008_cutover.sql"), .embedInCode("v0009_shadow.sql"), .embedInCode("v0010_canary.sql"),
                .embedInCode("v0011_share0.sql"), .embedInCode("v0012_order.sql"),
                .embedInCode("v0013_reports.sql"), .embedInCode("v0014_audit.sql"),
            ],
            swiftSettings: strict),
        .target(name: "Store", dependencies: ["Model", "Migrations", grdb, grdbSQLite], swiftSettings: memorySafe),
        .target(name: "Audit", dependencies: ["Model", "Store", mustache], swiftSettings: strict),

        // The node: Kernel only reads, Loader is the only one that changes.
        .target(
            name: "Kernel", dependencies: ["Model", "CKernel", "CLibbpf", "BPFObjects", system],
            swiftSettings: memorySafe),
        // Changes namespaces of its own making, and no other.
        .target(
            name: "Mirror", dependencies: ["Model", "Kernel", "CKernel", "CMirror", system],
            swiftSettings: memorySafe),
        .target(
            name: "Inventory", dependencies: ["Model", "Kernel", "Mirror", "Store"],
            swiftSettings: memorySafe),
        .target(
            name: "Loader",
            dependencies: ["Model", "Kernel", "Store", "BPFObjects", "CAttach", "CKernel", "CLibbpf", system],
            swiftSettings: memorySafe),
        .target(
            name: "Lab", dependencies: ["Kernel", "Model", "BPFObjects", "LabObjects", "CKernel", "CLibbpf", system],
            swiftSettings: memorySafe),

        // The commands.
        .target(
            name: "MigrateShared",
            dependencies: ["Model", "Store", "Kernel", "Inventory", "Audit", argumentParser, system, yams],
            path: "Sources/Migrate/Shared", swiftSettings: strict),
        .target(
            name: "MigrateLooking",
            dependencies: [
                "MigrateShared", "Inventory", "Model", "Store", "Kernel", "Audit", argumentParser, logging,
            ],
            path: "Sources/Migrate/Looking", swiftSettings: strict),
        .target(
            name: "MigrateChanging",
            dependencies: [
                "MigrateShared", "Inventory", "Loader", "Model", "Store", "Kernel", "Audit", argumentParser,
                logging,
            ],
            path: "Sources/Migrate/Changing", swiftSettings: strict),
        .executableTarget(
            name: "MigrateMain",
            dependencies: ["MigrateShared", "MigrateLooking", "MigrateChanging", argumentParser],
            path: "Sources/Migrate/Main", swiftSettings: strict,
            // Records say by it which build they are of.
            linkerSettings: [.unsafeFlags(["-Xlinker", "--build-id=sha1"])]),
        .executableTarget(
            name: "LabMain", dependencies: ["Lab", "Model", argumentParser], swiftSettings: strict),
        // Measures Loader, beside the lab, and is no product: `make bench` builds it by its name.
        .executableTarget(
            name: "MigrateBench", dependencies: ["Lab", "Loader", "Kernel", "Model", "Store", "CLibbpf"],
            path: "Sources/Bench", swiftSettings: memorySafe),

        // A target of its own, not a test target: all rooms' tests share the gates.
        .target(
            name: "TestSupport", dependencies: ["Lab", "Inventory", "Loader", "Kernel", "Model", "Store", "CLibbpf"],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        .testTarget(
            name: "ScenarioTests",
            dependencies: [
                "Inventory", "Loader", "Kernel", "Lab", "LabMain", "Model", "Store", "TestSupport", "CLibbpf",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "LoaderTests",
            dependencies: [
                "Loader", "Inventory", "Kernel", "Lab", "LabMain", "LabObjects", "Model", "ModelSamples", "TestSupport",
            ],
            swiftSettings: strict),
        .target(name: "CTestBPF", path: "Tests/CTestBPF"),
        .target(name: "CKiller", path: "Tests/CKiller"),
        .target(name: "CWallClock", path: "Tests/CWallClock"),
        .testTarget(
            name: "KernelTests",
            dependencies: [
                "Kernel", "Model", "Inventory", "CLibbpf", "CKernel", "CTestBPF", "BPFObjects", "LabObjects",
                "TestSupport",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "MirrorTests",
            dependencies: ["Mirror", "Kernel", "Model", "LabObjects", "CLibbpf", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "InventoryTests", dependencies: ["Inventory", "Kernel", "Model", "ModelSamples"],
            swiftSettings: strict),
        // Tests that need neither root nor a kernel.
        .target(name: "ModelSamples", dependencies: ["Model"], path: "Tests/ModelSamples", swiftSettings: strict),
        .testTarget(name: "ModelTests", dependencies: ["Model", "ModelSamples"], swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["Store", "Model", "ModelSamples", grdb], swiftSettings: strict),
        .testTarget(
            name: "AuditTests", dependencies: ["Audit", "Model", "ModelSamples", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "MigrateTests",
            dependencies: ["MigrateMain", "LabMain", "Lab", "Model", "ModelSamples", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "LabTests", dependencies: ["Lab", "LabMain", "Model", "CKernel"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu2x
)
