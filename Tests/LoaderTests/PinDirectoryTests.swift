import Kernel
import Model
import TestSupport
import Testing

@testable import Loader

extension LoaderSuite {
    /// Where everybody may write to the bpffs, anybody may have put something in the pins' place.
    @Suite struct PinDirectories {
        static let parent = "/sys/fs/bpf/migrate"
        static let victim = "/sys/fs/bpf/victim"

        struct Case: CustomTestStringConvertible, Sendable {
            var testDescription: String
            /// Spoils `DIR`.
            var spoil: String
            var mend: String
        }

        static let cases: [Case] = [
            Case(testDescription: "everybody may write", spoil: "chmod 0777 DIR", mend: "chmod 0700 DIR"),
            Case(testDescription: "a group may write", spoil: "chmod 0770 DIR", mend: "chmod 0700 DIR"),
            Case(testDescription: "not root's", spoil: "chown 1 DIR", mend: "chown 0 DIR"),
            Case(
                testDescription: "a link", spoil: "mv DIR /sys/fs/bpf/aside; ln -s \(victim) DIR",
                mend: "rm DIR; mv /sys/fs/bpf/aside DIR"),
        ]

        /// A directory with the very names of the layout, which is none of a run's.
        private func addVictim(_ node: TestNode) throws -> String {
            let map = try #require(node.lab.state.maps.first { $0.name == "app_info" })
            let program = try node.pinned("ztunnel_host_ingress")
            try node.sh(
                """
                mkdir -p \(Self.victim)/r-test1; rm \(program)
                for at in \(Self.victim) \(Self.victim)/r-test1 \(Self.victim)/r-x; do
                    mkdir -p $at; bpftool map pin id \(map.id) $at/record; bpftool map pin id \(map.id) $at/legacy_0
                done
                """)
            return try node.sh("ls -lR \(Self.victim)")
        }

        @Test(arguments: cases) func `a spoilt parent: no run begins there`(row: Case) throws {
            try withNode(pods: 1) { node in
                let victim = try addVictim(node)
                let plan = try node.plan()
                let filters = try node.filters("hz")
                try node.sh("mkdir -m 0700 \(Self.parent)")
                try node.sh(row.spoil.replacing("DIR", with: Self.parent))
                let pins = try node.pins(of: "r-new")
                try node.lab.enter { _ = #expect(throws: KernelError.self) { try pins.create() } }
                let undone = try node.apply(plan).undone()
                #expect(undone.restoration?.changed ?? false == false)
                #expect(try node.filters("hz") == filters)
                #expect(try node.sh("ls -lR \(Self.victim)") == victim)
                try node.sh(row.mend.replacing("DIR", with: Self.parent))
                try node.sh("rmdir \(Self.parent)")
                #expect(try node.rollback(try node.mustApply(plan).runID).proof.identical)
            }
        }

        @Test(arguments: cases, [parent, "\(parent)/r-x"])
        func `a spoilt directory: nothing outside is removed`(row: Case, directory: String) throws {
            try withNode(pods: 1) { node in
                let victim = try addVictim(node)
                let pins = try node.pins(of: "r-x")
                try node.lab.enter {
                    try pins.create()
                    try pins.write(
                        PinnedRun(runID: "r-x", planID: "p-0", nodeNetns: 1, hooks: [PinnedHookTests.hook()]))
                }
                try node.sh(row.spoil.replacing("DIR", with: directory))
                try node.lab.enter {
                    _ = #expect(throws: KernelError.self) { try pins.remove() }
                    _ = #expect(throws: KernelError.self) { try pins.read() }
                }
                #expect(throws: MigrateError.self) { try node.rollback("r-x") }
                #expect(try node.sh("ls -lR \(Self.victim)") == victim)
                try node.sh(row.mend.replacing("DIR", with: directory))
                #expect(try node.sh("ls \(Self.parent)/r-x") == "record\n")
                try node.lab.enter { try pins.remove() }
            }
        }

        @Test func `what is not of the layout stays, and is told`() throws {
            try withNode(pods: 1) { node in
                let pins = try node.pins(of: "r-x")
                try node.lab.enter { try pins.create() }
                let map = try #require(node.lab.state.maps.first { $0.name == "app_info" })
                try node.sh("bpftool map pin id \(map.id) \(pins.directory)/somebodys")
                try node.lab.enter { _ = #expect(throws: KernelError.self) { try pins.remove() } }
                #expect(try node.sh("ls \(pins.directory)") == "somebodys\n")
                try node.sh("rm \(pins.directory)/somebodys")
                try node.lab.enter { try pins.remove() }
            }
        }
    }
}
