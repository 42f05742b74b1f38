import TestSupport
import Testing

/// Every test here drives the built programs from outside, on a throw-away node of its own; one after the other,
/// for a node is heavy and the kernel's ids are shared.
@Suite(.requires(.root), .requires(.bpffs), .requires(.bpftool), .requires(.jq), .requires(.sqlite3), .serialized)
struct MigrateSuite {}

@Suite struct RequirementNames {
    /// A misspelt demand would be met by everything.
    @Test func `MIGRATE_TEST_REQUIRE names only requirements that exist`() {
        for name in Requirement.demandedNames { #expect(Requirement(rawValue: name) != nil, "\(name)") }
    }
}
