import ArgumentParser
import FoundationEssentials
import Glibc
import Inventory
import Kernel
import MigrateShared
import Model

/// What the machine can do, as probed.
public struct PreflightDocument: Codable, Sendable {
    public struct Check: Codable, Sendable {
        public var name: String
        public var ok: Bool
        /// Whether migrate cannot work without it.
        public var required: Bool
        public var fact: String
        /// What to do when it is not ok.
        public var remedy: String?
        /// Of a kernel feature: as the kernel calls it, the Linux release it arrived in, and what migrate does without it.
        public var feature: String?
        public var since: String?
        public var instead: String?
    }

    public var formatVersion = documentFormatVersion
    public var kind = "preflight"
    public var node: String
    public var kernel: String
    public var tool: Tool
    public var checks: [Check]
    /// What each verb needs of the kernel's capabilities, and what of it this process lacks.
    public var capabilities: [VerbCapabilities]

    public struct VerbCapabilities: Codable, Sendable {
        public var verb: PrivilegedVerb
        public var needs: [Capability]
        public var missing: [Capability]
    }

    public var isReady: Bool { checks.allSatisfy { $0.ok || !$0.required } }
}

public struct PreflightVerb: MigrateCommand {
    public static let configuration = CommandConfiguration(
        commandName: "preflight",
        abstract: "Probe what this machine can do: rights, bpffs, kernel features, namespaces.",
        discussion: """
            Everything is tried; the kernel's version decides nothing. Ends with 10 when something that is needed is missing.

            Example:  migrate preflight
            """)

    @OptionGroup public var global: GlobalOptions

    public init() {}

    public func execute(_ context: CommandContext) throws(MigrateError) -> ExitStatus {
        try Guards.requireRoot(for: "probe this machine")
        let capabilities = Self.capabilities()
        let document = PreflightDocument(
            node: Host.nodeName(), kernel: Host.kernelRelease(),
            tool: Tool(version: Version.number, object: ReplacementObject.digest),
            checks: Preflight(context).checks(capabilities), capabilities: capabilities)
        try context.write(document) { text($0, context) }
        return document.isReady ? .done : .blocked
    }

    private static func capabilities() -> [PreflightDocument.VerbCapabilities] {
        let effective = Rights.isInitialUserNamespace() ? Rights.effective() ?? .max : 0
        return PrivilegedVerb.allCases.map { .init(verb: $0, needs: $0.needs, missing: $0.missing(from: effective)) }
    }

    private func text(_ document: PreflightDocument, _ context: CommandContext) -> String {
        var lines = ["Node \(document.node), kernel \(document.kernel), migrate \(document.tool.version)", ""]
        for check in document.checks {
            let mark = check.ok ? "ok " : check.required ? "NO " : "-- "
            lines.append("  \(mark) \(check.name): \(check.fact)")
            if !check.ok, let remedy = check.instead ?? check.remedy { lines.append("        \(remedy)") }
        }
        lines += [
            "",
            document.isReady
                ? context.settings.echoed(in: "This machine is ready.\n  plan:  migrate plan --out plan.json")
                : "Something that is needed is missing.",
        ]
        return lines.joined(separator: "\n")
    }
}

/// The single probes.
struct Preflight {
    private let context: CommandContext

    init(_ context: CommandContext) { self.context = context }

    func checks(_ capabilities: [PreflightDocument.VerbCapabilities]) -> [PreflightDocument.Check] {
        [machineID(), rights(capabilities), kernel(), btf()] + bpffsChecks() + features() + namespaces() + [
            neighbors(), database(),
        ]
    }

    private func machineID() -> PreflightDocument.Check {
        let id = Host.machineID()
        return .init(
            name: "machine id", ok: id != nil, required: true, fact: id ?? "cannot be read",
            remedy: "Make one:  systemd-machine-id-setup")
    }

    private func rights(_ capabilities: [PreflightDocument.VerbCapabilities]) -> PreflightDocument.Check {
        let lacking = capabilities.filter { !$0.missing.isEmpty }
        let missing = Capability.allCases.filter { one in lacking.contains { $0.missing.contains(one) } }
        return .init(
            name: "capabilities", ok: missing.isEmpty, required: true,
            fact: missing.isEmpty
                ? "all that any verb needs"
                : missing.map { "\($0.rawValue) is missing: it \($0.use)" }.joined(separator: "; ")
                    + "; refused are \(lacking.map(\.verb.rawValue).joined(separator: ", "))",
            remedy: Rights.isInitialUserNamespace()
                ? "Allow them where this container or unit is described (docs/security.md)."
                : "This user namespace is not the host's, and none counts in it; in Kubernetes the pod needs hostUsers: true."
        )
    }

    private func kernel() -> PreflightDocument.Check {
        let release = Host.kernelRelease(), oldest = TriedKernels.oldest, tooOld = TriedKernels.tooOld
        return .init(
            name: "kernel", ok: TriedKernels.isOlder(release) != true, required: false,
            fact: "\(release); the oldest that was tried and serves is \(oldest.major).\(oldest.minor)",
            remedy:
                "On \(tooOld.major).\(tooOld.minor) it does not work; between the two nobody has tried: go by what is probed below."
        )
    }

    private func btf() -> PreflightDocument.Check {
        let there = access("/sys/kernel/btf/vmlinux", R_OK) == 0
        return .init(
            name: "BTF", ok: there, required: false, fact: there ? "/sys/kernel/btf/vmlinux" : "the kernel has none",
            remedy: "Without it link types cannot be compared.")
    }

    private func bpffsChecks() -> [PreflightDocument.Check] {
        let path = context.settings.bpffs
        guard let bpffs = try? BPFFileSystem(path: path) else {
            return [
                .init(
                    name: "bpffs", ok: false, required: true, fact: "none is mounted at \(path)",
                    remedy: MountAdvice.remedy(path))
            ]
        }
        let isHosts = bpffs.isHosts()
        let accepted = isHosts == true || context.settings.privateBPFFS
        let profiles = (try? BuiltInProfiles.all()) ?? []
        let pins = bpffs.pins()
        let present = profiles.filter { $0.isPinned(among: pins) }
        return [
            .init(
                name: "bpffs", ok: accepted, required: true,
                fact: isHosts == true
                    ? path : "\(path) \(isHosts == nil ? "cannot be compared with" : "is not") the one process 1 sees",
                remedy: "Mount the host's, or, in a lab, say --private-bpffs"),
            .init(
                name: "deployment", ok: !present.isEmpty, required: false,
                fact: present.isEmpty ? "no pins of a built-in profile" : present.map(\.name).joined(separator: ", "),
                remedy: "Look for others:  migrate discover"),
        ]
    }

    private func features() -> [PreflightDocument.Check] {
        do throws(KernelError) {
            let known = try RedirectFeatures.probe()
            return [.init(name: Self.loading, ok: true, required: true, fact: "yes")]
                + KernelFeature.allCases.map { check($0, absence: $0.absence(known)) }
        } catch {
            return [
                .init(
                    name: Self.loading, ok: false, required: true, fact: "\(error)",
                    remedy: "CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON are needed.")
            ]
        }
    }

    private static let loading = "load and test-run tc programs"

    private func check(_ feature: KernelFeature, absence why: String?) -> PreflightDocument.Check {
        .init(
            name: feature.purpose, ok: why == nil, required: feature.isRequired,
            fact: why.map { feature.absence(from: Host.kernelRelease(), because: $0) } ?? feature.name,
            feature: feature.name, since: feature.since, instead: feature.instead)
    }

    private func namespaces() -> [PreflightDocument.Check] {
        do {
            let found = try NamespaceDiscovery.observe()
            let gaps = found.unobserved.map { "\($0.what): \($0.why)" }
            return [
                .init(
                    name: "network namespaces", ok: gaps.isEmpty, required: false,
                    fact: "\(found.namespaces.count) seen" + (gaps.isEmpty ? "" : ", \(gaps.count) not: \(gaps[0])"),
                    remedy: "Pods in namespaces that cannot be opened count as unknown.")
            ]
        } catch {
            return [.init(name: "network namespaces", ok: false, required: true, fact: "\(error)")]
        }
    }

    private func neighbors() -> PreflightDocument.Check {
        // Only the initial namespace has it.
        let limit = (try? NamespaceDiscovery.observe().namespaces)?.lazy.compactMap { namespace in
            try? namespace.run { () throws(KernelError) in try Sysctl.number("net/ipv4/neigh/default/gc_thresh3") }
        }.first
        return .init(
            name: "neighbor table", ok: limit != nil, required: false,
            fact: limit.map { "gc_thresh3 is \($0)" }
                ?? "gc_thresh3 cannot be read: the initial namespace was not seen",
            remedy: "Whether the neighbor table can hold every pod is not checked then.")
    }

    private func database() -> PreflightDocument.Check {
        let there = access(context.settings.database, F_OK) == 0
        return .init(
            name: "database", ok: true, required: false,
            fact: context.settings.database + (there ? "" : " (will be made)"))
    }
}
