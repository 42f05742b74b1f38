extension KernelError {
    /// Whether it was refused for want of privilege. The verifier says EACCES, too, of programs that nobody may load.
    public var lacksRight: Bool {
        code != .rejected && (errno == .notPermitted || errno == .permissionDenied)
    }

    /// The verifier's last lines, without libbpf's own around them; empty where it was not asked.
    public var verifierWords: [String] {
        guard code == .rejected, let detail else { return [] }
        let lines = detail.split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("libbpf: ") && !$0.hasPrefix("-- ")
        }
        return Array(lines.suffix(4))
    }
}
