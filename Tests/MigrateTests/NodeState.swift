import Foundation
import Testing

@testable import Lab

/// What there is on the node, read by the tools of an operator.
extension Node {
    /// Every filter and qdisc of every namespace, the node's routes and rules, every pin: as text, to be compared.
    /// The empty directory above the runs' pins does not count.
    func state() throws -> String {
        try sh(
            """
            for ns in "" $(ip netns list | cut -d' ' -f1 | sort); do
                at=${ns:+-n $ns}
                echo "== ${ns:-node}"
                tc $at qdisc show
                for dev in $(ip $at -br link | sed 's/[ @].*//'); do
                    echo "= $dev"
                    tc $at -d filter show dev $dev ingress
                    tc $at -d filter show dev $dev egress
                done 2>&1
            done
            ip rule; ip route; ip -6 rule
            find /sys/fs/bpf -mindepth 1 ! -path /sys/fs/bpf/migrate | sort
            """)
    }

    /// As ``state()``, without the hook of the proxy and without the pins of runs.
    func stateOfOthers() throws -> String {
        var isProxy = false
        return try state().split(separator: "\n").filter { line in
            if line.hasPrefix("= ") { isProxy = line == "= \(proxyInterface)" }
            return !(isProxy && line.hasPrefix("filter")) && !line.hasPrefix("/sys/fs/bpf/migrate")
        }.joined(separator: "\n")
    }

    var proxyInterface: String { lab.state.proxy?.interface ?? "hz" }

    /// `tc -d filter show` of the proxy's hook, as an operator sees it.
    func proxyFilters() throws -> String { try sh("tc -d filter show dev \(proxyInterface) ingress") }

    /// The one filter of the proxy's hook.
    func slot() throws -> Slot {
        let text = try sh("tc -j filter show dev \(proxyInterface) ingress")
        let listed = try JSONDecoder().decode([Slot].self, from: Data(text.utf8)).filter { $0.options != nil }
        #expect(listed.count == 1, "\(text)")
        return try #require(listed.first)
    }

    /// `tc -j filter show`, one filter.
    struct Slot: Decodable, Equatable {
        struct Options: Decodable, Equatable {
            struct Program: Decodable, Equatable {
                var id: UInt32
                var name: String
                var tag: String
            }
            enum CodingKeys: String, CodingKey {
                case handle, prog
                case name = "bpf_name"
                case isDirectAction = "direct-action"
            }
            var handle: String
            var name: String?
            var isDirectAction: Bool?
            var prog: Program
        }
        var `protocol`: String
        var pref: Int
        var kind: String
        var chain: Int
        var options: Options?

        var program: UInt32 { options?.prog.id ?? 0 }
        /// Everything but the program and the name.
        var place: String {
            "\(self.protocol) \(pref) \(kind) \(chain) \(options?.handle ?? "") \(options?.isDirectAction == true)"
        }
    }

    /// What finalize leaves in the slots of a run, whose hooks share one program.
    func plain(of runID: String) throws -> UInt32 {
        struct Program: Decodable { var id: UInt32 }
        let text = try sh("bpftool -j prog show pinned /sys/fs/bpf/migrate/\(runID)/plain_0")
        return try JSONDecoder().decode(Program.self, from: Data(text.utf8)).id
    }

    /// Names and types of the maps that a program uses.
    func maps(ofProgram id: UInt32) throws -> [(name: String, type: String, id: UInt32)] {
        struct Program: Decodable { var map_ids: [UInt32]? }
        struct Map: Decodable {
            var name: String?
            var type: String
            var id: UInt32
        }
        let decoder = JSONDecoder()
        let program = try decoder.decode(Program.self, from: Data(try sh("bpftool -j prog show id \(id)").utf8))
        return try (program.map_ids ?? []).map { mapID in
            let map = try decoder.decode(Map.self, from: Data(try sh("bpftool -j map show id \(mapID)").utf8))
            return (map.name ?? "", map.type, map.id)
        }
    }

    func id(ofMap name: String) throws -> UInt32 {
        try #require(lab.state.maps.first { $0.name == name }?.id)
    }

    func program(_ name: String) throws -> UInt32 {
        try #require(lab.state.programs.first { $0.name == name }?.id)
    }

    /// What an agent does when it starts again: loads its programs anew and puts one into the same slot.
    func attachLegacyProgramAnew() throws {
        let object = try Programs.legacyObject
        let maps = AmbientMap.names.map { "map name \($0) pinned \(AmbientMap.pin($0))" }.joined(separator: " ")
        try sh(
            """
            bpftool prog loadall \(object) /sys/fs/bpf/again type tc \(maps)
            tc filter replace dev \(proxyInterface) ingress pref 1 handle 0x1 protocol all \
                bpf direct-action object-pinned /sys/fs/bpf/again/ztunnel_host_ingress
            rm -r /sys/fs/bpf/again
            """)
    }
}
