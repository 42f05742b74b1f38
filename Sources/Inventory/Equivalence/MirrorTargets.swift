import Model

/// The destinations that the mirror shows: entries of every kind, and what is no entry.
struct MirrorTargets {
    /// Entries that are shown, of each family and effect; a device costs the kernel some milliseconds.
    static let limit = 4

    /// Each entry with the MAC that it is sent to: the kernel's neighbor's or, where nobody has asked for it yet, as is
    /// usual where a map says it, that of the other end of the device.
    let targets: [PacketTarget]
    /// Why there is nothing to show of entries that are delivered; `nil` where some are shown, or none is delivered.
    let reason: String?

    init(hook: ComparedHook, topology: Topology) {
        var counts: [String: Int] = [:]
        var delivered = 0, gateways = 0, silent = 0, isAnyShown = false
        var shown: [PacketTarget] = []
        for (target, _) in hook.targets {
            var target = target
            let isDelivered = target.finding?.effect == .same
            if isDelivered { delivered += 1 }
            if let finding = target.finding {
                guard finding.kernel.gateway == nil, let ifindex = finding.kernel.ifindex else {
                    if isDelivered { gateways += 1 }
                    continue
                }
                guard topology.link(ifindex)?.mac != nil,
                    let mac = finding.kernel.mac ?? topology.farEnds[ifindex]?.mac
                else {
                    if isDelivered { silent += 1 }
                    continue
                }
                target.finding?.kernel.mac = mac
            } else if target.role != .unknown {
                continue
            }
            let what =
                "\(target.address.family.rawValue) \(target.role.rawValue) \(target.finding?.effect.rawValue ?? "")"
            counts[what, default: 0] += 1
            guard counts[what, default: 0] <= Self.limit else { continue }
            isAnyShown = isAnyShown || isDelivered
            shown.append(target)
        }
        targets = shown
        reason =
            delivered == 0 || isAnyShown
            ? nil
            : "none of \(delivered) delivered entries can be shown: \(gateways) behind a gateway, \(silent) with a neighbor whose MAC nobody knows"
    }
}
