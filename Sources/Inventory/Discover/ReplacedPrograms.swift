import Kernel
import Model

/// Legacy programs that a run of this tool took the place of: they are kept alive by the run's pins,
/// `migrate/<run>/legacy_<n>` (docs/pins.md), and attached nowhere.
struct ReplacedPrograms {
    /// Run ids by program id.
    private var runs: [UInt32: String] = [:]

    init() {}

    init(_ bpffs: BPFFileSystem) {
        for (program, pins) in BPFPins(bpffs).programs {
            for pin in pins {
                let parts = pin.split(separator: "/")
                guard parts.count == 3, parts[0] == "migrate", parts[2].hasPrefix("legacy_") else { continue }
                runs[program] = String(parts[1])
            }
        }
    }

    /// The run that replaced one of the programs; the first by its id.
    func run(_ programs: Set<UInt32>) -> String? { programs.compactMap { runs[$0] }.min() }
}
