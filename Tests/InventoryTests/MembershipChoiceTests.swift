import Model
import Testing

@testable import Inventory

struct MembershipChoiceTests {
    private func choose(
        _ asked: Membership? = nil, members: Profile.Members = .enrolled, holders: [String] = [],
        writable: Bool? = nil
    ) throws -> MembershipChoice.Choice {
        var profile = try #require(try BuiltInProfiles.all().first)
        profile.members = members
        let record = MapRecord(
            id: 40, name: "app_info", type: 1, keySize: 4, valueSize: 12, maxEntries: 9, flags: 0,
            pin: "ambient/app_info", holders: holders.map { .init(pid: 812, command: $0, writable: writable) })
        return MembershipChoice.choose(asked, profile: profile, maps: [(try #require(profile.maps.first), record)])
    }

    @Test(arguments: Membership.allCases) func `what was asked for is chosen`(_ asked: Membership) throws {
        let choice = try choose(asked, holders: ["install-cni"])
        #expect(choice.membership == asked)
        #expect(choice.blocker == nil)
    }

    @Test func `every local pod a member: on-link`() throws {
        let choice = try choose(members: .allLocalPods)
        #expect(choice.membership == .onLink)
        #expect(choice.blocker == nil)
    }

    @Test func `enrolled pods only and a living writer: the keys`() throws {
        let choice = try choose(holders: ["bpftool", "install-cni"])
        #expect(choice.membership == .legacyKeys)
        #expect(choice.why == "only enrolled pods are members, and install-cni (pid 812) keeps the keys")
        #expect(choice.blocker == nil)
    }

    @Test func `a writer that opened the map read-only keeps nothing`() throws {
        #expect(try choose(holders: ["install-cni"], writable: true).blocker == nil)
        #expect(try choose(holders: ["install-cni"], writable: false).blocker != nil)
    }

    @Test(arguments: [[], ["bpftool"]]) func `enrolled pods only and no writer: ask`(_ holders: [String]) throws {
        let choice = try choose(holders: holders)
        #expect(choice.blocker?.code == Code.membershipUndecided.text)
        #expect(
            choice.blocker?.message
                == "only enrolled pods are in ambient/app_info, and none of its writers (install-cni) holds it")
        #expect(choice.blocker?.remedy.contains("--membership on-link") == true)
    }
}
