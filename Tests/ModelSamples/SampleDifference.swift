import Model

extension Sample {
    /// A packet to a pod that the replacement leaves to the stack.
    public static func difference() throws -> PacketDifference {
        let pod = try address("10.9.4.11")
        guard let packet = Packet(from: try address("10.9.4.2"), to: pod, .udp(source: 1000, destination: 2000)) else {
            throw Unusable(text: "no packet")
        }
        let sent = PacketCase(.udp, packet.bytes)
        let legacy = ProgramOutcome(
            verdict: .redirect, frame: [2, 0xaa, 0, 0, 0, 1] + sent.frame.dropFirst(6), mark: 0, priority: 0,
            controlBlock: [0, 0, 0, 0, 0xc001_f00d])
        let replacement = ProgramOutcome(
            verdict: .ok, frame: sent.frame, mark: 0, priority: 0, controlBlock: [0, 0, 0, 0, 0])
        return PacketDifference(
            hook: "hz clsact/ingress", packet: sent, target: PacketTarget(pod, .entry),
            aspects: [.verdict, .destinationMAC, .controlBlock], legacy: .init(legacy), replacement: .init(replacement))
    }

    /// What an equivalence run that found it says.
    public static func equivalence() throws -> PlanDocument.Equivalence {
        var section = PlanDocument.Equivalence(ran: true, cases: 5_000, differences: [try difference()])
        section.differencesTotal = 17
        section.byDesign = ["destination-mac": 1_200, "group-bit": 40]
        section.byEffect = ["healed": 12]
        return section
    }
}
