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

    /// Families whose source MAC a hit rewrites as well.
    var rewritesSource: [AddressFamily] { self == .fabric ? AddressFamily.allCases : [] }
}
