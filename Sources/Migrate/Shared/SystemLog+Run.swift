import Kernel
import Model

extension SystemLog {
    /// What became of a run, once it has. A comparison in the slots moves no packet elsewhere, and is none of these.
    public static func write(_ event: SystemLogLine.Event, _ run: RunDocument) {
        guard run.changed, run.purpose != .shadow else { return }
        let line = SystemLogLine(event, run, node: Host.nodeName(), by: .current())
        write(line.text, line.isFault ? .error : .notice)
    }
}
