import ArgumentParser
import Lab

struct PodCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pod",
        abstract:
            "Let something become of a pod, as kubelet and CNI plugin do; the deployment's map learns nothing of it.")

    enum Change: String, ExpressibleByArgument, CaseIterable {
        case forget, renew, move, add
    }

    @Argument(
        help: """
            forget: the node has no neighbor for it; renew: it gets another MAC; move: it gets another veth with the same \
            address; add: it comes, with the deployment's programs on its interface.
            """)
    var change: Change

    @Argument(help: "Name of the pod.") var pod: String

    @Flag(help: "renew: its kernel announces the MAC (gratuitous ARP, unsolicited neighbor advertisement).")
    var announce = false

    @OptionGroup var lab: LabName

    func run() throws {
        let lab = try LabNode.attach(lab.name)
        switch change {
        case .forget: try lab.forget(pod)
        case .renew: try lab.renew(pod, announced: announce)
        case .move: try lab.move(pod)
        case .add: try lab.add(pod)
        }
        let now = try lab.pod(pod)
        print("\(now.name) \(now.address) is at \(now.interface) (ifindex \(now.ifindex)), MAC \(now.mac)")
    }
}
