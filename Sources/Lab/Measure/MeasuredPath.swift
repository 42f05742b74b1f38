import Kernel
import Model

/// The way whose packets the deployment's map decides about: from a pod, or the proxy, to the first pod.
struct MeasuredPath {
    let sender: LabPod
    let receiver: LabPod
    /// Interfaces whose ingress holds the program: the sender's, and the receiver's where answers go by it, too.
    let hooks: [UInt32]
    let place: TrafficControl.Place
    /// Name of the deployment's program there.
    let legacy: String

    init(in lab: LabNode) throws(LabError) {
        let state = lab.state
        guard state.tenants.isEmpty else {
            throw LabError(.unusable, "measure in a lab with tenants", remedy: "Take one without:  migrate-lab up")
        }
        receiver = try lab.pod("pod1")
        sender = try lab.pod(state.options.family.deployment.sender(to: receiver, in: state))
        switch state.options.family {
        case .ambient:
            hooks = [sender.ifindex]
            place = TrafficControl.Place()
            legacy = "ztunnel_host_ingress"
        case .fabric:
            hooks = [sender.ifindex, receiver.ifindex]
            place = FabricDeployment.place
            legacy = "fabric_forward"
        }
    }

    func address(_ family: AddressFamily) -> IPAddress? { family == .ipv4 ? receiver.address : receiver.ipv6 }
    func source(_ family: AddressFamily) -> IPAddress? { family == .ipv4 ? sender.address : sender.ipv6 }
}
