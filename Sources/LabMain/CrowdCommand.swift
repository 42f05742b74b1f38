import ArgumentParser
import Lab

struct CrowdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crowd",
        abstract: "Add thousands of pods to a lab without IPv6, with the deployment's programs on their interfaces.",
        discussion: """
            The kernel counts neighbors over all namespaces against gc_thresh3 (1,024 by default), each pod twice: at \
            the node, and at the pod, which learns who asks.
            """)

    @Argument(help: "How many, 1 to 10000.") var count: Int

    @Option(help: "So many of them get an entry in the map, as far as it has room.") var entries = 0

    @OptionGroup var lab: LabName

    func validate() throws {
        guard (1...10_000).contains(count), (0...count).contains(entries) else {
            throw ValidationError("\(count) pods with \(entries) entries cannot be had")
        }
    }

    func run() throws {
        let lab = try LabNode.attach(lab.name)
        let pods = try lab.addCrowd(count)
        for pod in pods.prefix(entries) {
            try lab.setEntry(LabMapEntry(address: pod.address, ifindex: pod.ifindex, mac: pod.mac))
        }
        print("\(count) pods: \(pods[0].address) at \(pods[0].interface) and so on; \(entries) in the map")
    }
}
