import Kernel
import Model

/// What sets one family of deployments apart from another.
protocol LabDeployment {
    /// How its agent calls itself; 15 characters at most.
    static var agent: String { get }
    /// Where its pins are.
    static var directory: String { get }
    /// The interface and namespace of a proxy; `nil` where pods talk to each other.
    static var proxy: String? { get }
    /// What it attaches to every pod's interface, and where.
    static var podPrograms: [(program: String, direction: TrafficControl.Direction)] { get }
    static var place: TrafficControl.Place { get }
    /// The pod, or the proxy, whose packets to `pod` the map decides about.
    static func sender(to pod: LabPod, in state: LabState) -> String
    /// How, and in which map, entries of an address family are spelt; `nil` where no map has them.
    static func layout(_ family: AddressFamily) -> (any EntryLayout)?
    /// Fills and pins the maps, attaches the programs, adds the objects' ids to `state`. Runs in the namespace of
    /// `site`; the result keeps the maps open, as the agent does.
    static func install(on state: inout LabState, site: LabSite) throws(LabError) -> HeldMaps
}

/// One map's spelling of an entry.
protocol EntryLayout: Sendable {
    /// Name of the map, and of its pin.
    var map: String { get }
    func key(_ entry: LabMapEntry) -> [UInt8]
    func value(_ entry: LabMapEntry) -> [UInt8]
    /// `nil` for bytes of another layout.
    func entry(key: [UInt8], value: [UInt8]) -> LabMapEntry?
}

extension LabDeployment {
    static var layouts: [any EntryLayout] { AddressFamily.allCases.compactMap(layout) }

    /// Attaches what belongs on pods' interfaces; in the namespace that is their node.
    static func attach(
        to pods: [LabPod], _ program: (String) throws(LabError) -> OwnedDescriptor
    ) throws(LabError) {
        for (index, (name, direction)) in podPrograms.enumerated() {
            let descriptor = try program(name)
            for pod in pods {
                try TrafficControl.attach(
                    program: descriptor, to: pod.ifindex, direction, place, hasQdisc: index > 0)
            }
        }
    }

    /// Path of a pin.
    static func pin(_ name: String, _ tenant: String?) -> String {
        ([directory] + [tenant].compactMap(\.self) + [name]).joined(separator: "/")
    }
}

/// Writable descriptors of the pinned maps, which the agent holds for as long as it lives.
final class HeldMaps: Sendable {
    private let maps: [DeploymentMap]

    init(_ maps: [DeploymentMap]) { self.maps = maps }
}
