/// What the hooks that a committed run replaced had in common: a hook that comes later is held against it.
public struct LegacyLikeness: Hashable, Sendable {
    /// Of the legacy programs.
    public var tags: Set<String>
    /// The profile's maps, by id, with their names for people.
    public var maps: [UInt32: String]
    public var kinds: Set<HookKind>
    public var directions: Set<HookDirection>
    /// Programs of the deployment that stay.
    public var kept: Set<UInt32>

    public init(
        tags: Set<String>, maps: [UInt32: String], kinds: Set<HookKind>, directions: Set<HookDirection>,
        kept: Set<UInt32>
    ) {
        self.tags = tags
        self.maps = maps
        self.kinds = kinds
        self.directions = directions
        self.kept = kept
    }

    /// - Parameter hooks: that the run replaced, as they were.
    public init(_ plan: PlanDocument, hooks: [Hook]) {
        self.init(
            tags: Set(hooks.compactMap(\.program?.tag)),
            maps: Dictionary(plan.decision.maps.map { ($0.id, $0.pin) }, uniquingKeysWith: { first, _ in first }),
            kinds: Set(hooks.map(\.kind)), directions: Set(hooks.map(\.direction)),
            kept: Set(plan.hooks.filter { $0.action == .keep }.compactMap(\.program?.id)))
    }

    /// What makes a hook unlike them.
    /// - Parameter read: ids of the maps that its program uses.
    public func unlike(_ hook: Hook, reading read: [UInt32]) -> String? {
        guard let program = hook.program else { return "no program is there" }
        guard tags.contains(program.tag) else {
            return "program \(program.id) has tag \(program.tag), the legacy programs have \(tags.sorted().joined(separator: ", "))"
        }
        guard read.contains(where: { maps[$0] != nil }) else {
            return "program \(program.id) reads none of \(maps.values.sorted().joined(separator: ", ")), but maps \(read.map(String.init).joined(separator: ", "))"
        }
        guard kinds.contains(hook.kind), directions.contains(hook.direction) else {
            return "it is at \(hook.kind.rawValue)/\(hook.direction.rawValue)"
        }
        return nil
    }

    /// Why a hook is one of the deployment's; `nil` where it is not.
    public func reason(_ hook: Hook, reading read: [UInt32]) -> String? {
        guard let program = hook.program, !kept.contains(program.id) else { return nil }
        let known = Set(read.compactMap { maps[$0] }).sorted()
        if !known.isEmpty { return "program \(program.id) (\(program.name)) reads \(known.joined(separator: ", "))" }
        return tags.contains(program.tag) ? "program \(program.id) (\(program.name)) is the legacy program" : nil
    }
}
