import BPFObjects
import Model

/// What a shadow is told through its constants.
public struct ShadowConfiguration: Hashable, Sendable {
    /// A map that the legacy program reads.
    public struct LegacyMap: Hashable, Sendable {
        public var id: UInt32
        public var layout: Profile.LegacyMap
        public init(id: UInt32, layout: Profile.LegacyMap) {
            self.id = id
            self.layout = layout
        }
    }

    /// Exactly what the replacement of these hooks is told.
    public var replacement: RedirectConfiguration
    /// At most one of each family.
    public var maps: [LegacyMap]

    public init(replacement: RedirectConfiguration, maps: [LegacyMap]) {
        self.replacement = replacement
        self.maps = maps
    }

    /// Name of the program in the object; of it the kernel keeps 15 characters (`BPF_OBJ_NAME_LEN`).
    public var program: String { "fib_shadow" + replacement.program.dropFirst("fib_redirect".count) }

    /// The same of the one that stands in the slot; all of them are `fib_switch_look` to the kernel.
    public var switchProgram: String { "fib_switch_look" + replacement.program.dropFirst("fib_redirect".count) }

    /// - Parameter tries: ids of those maps that are LPM tries.
    func constants(tries: Set<UInt32>) throws(KernelError) -> migrate_shadow_config {
        var config = migrate_shadow_config()
        config.replacement = try replacement.constants(tries: tries)
        for map in maps {
            let value = map.layout.value
            let told = migrate_legacy_map(
                key: RedirectConfiguration.spelling(map.layout.key, isTrie: tries.contains(map.id)),
                ifindex_offset: value.ifindexOffset, ifindex_width: value.ifindexWidth,
                mac_offset: value.destinationMACOffset)
            if map.layout.key.family == .ipv4 { config.map4 = told } else { config.map6 = told }
        }
        return config
    }
}
