import Kernel
import Model

/// What the deployments' programs promise, as their profiles say it.
extension LabFamily {
    var contract: Profile.Contract {
        switch self {
        case .ambient:
            Profile.Contract(
                families: [.ipv4], protocols: [.tcp, .udp], onFailure: .drop,
                controlBlock: .init(index: 4, value: 0xC001_F00D))
        case .fabric:
            Profile.Contract(families: [.ipv4, .ipv6], protocols: [.any], onFailure: .pass, mark: 0x200)
        }
    }

    /// Where addresses are in the keys of the deployment's map for a family.
    func keyLayout(_ family: AddressFamily) -> Profile.KeyLayout? {
        switch (self, family) {
        case (.ambient, .ipv4): Profile.KeyLayout(size: 4, offset: 0, family: .ipv4, byteOrder: .network)
        case (.ambient, .ipv6): nil
        case (.fabric, .ipv4): Profile.KeyLayout(size: 8, offset: 4, family: .ipv4, byteOrder: .host)
        case (.fabric, .ipv6): Profile.KeyLayout(size: 16, offset: 0, family: .ipv6, byteOrder: .network)
        }
    }

    /// The deployment's map for a family, as its profile describes it.
    func legacyMap(_ family: AddressFamily) -> Profile.LegacyMap? {
        guard let key = keyLayout(family), let name = deployment.layout(family)?.map else { return nil }
        let value =
            switch (self, family) {
            case (.ambient, _): (size: 12, ifindex: 0, mac: 4)
            case (.fabric, .ipv4): (size: 28, ifindex: 4, mac: 8)
            case (.fabric, .ipv6): (size: 32, ifindex: 12, mac: 16)
            } as (size: UInt32, ifindex: UInt32, mac: UInt32)
        return Profile.LegacyMap(
            name: name, key: key,
            value: .init(
                size: value.size, ifindexOffset: value.ifindex, ifindexWidth: 4, destinationMACOffset: value.mac))
    }

    /// Families whose source MAC a hit rewrites as well.
    var rewritesSource: [AddressFamily] { self == .fabric ? AddressFamily.allCases : [] }
}
