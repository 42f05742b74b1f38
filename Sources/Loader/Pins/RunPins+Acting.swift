import Kernel
import Model

extension RunPins {
    /// Says in the operator's words why the run's pins could not be used: they are gone, hidden, or not to be believed.
    func using<Value: ~Copyable>(
        _ what: String, _ body: () throws(KernelError) -> Value
    ) throws(MigrateError) -> Value {
        do throws(KernelError) { return try body() } catch {
            var refusal = cannot(what, error)
            refusal.facts.append("its pins should be in \(directory)")
            refusal.remedy =
                "Look there:  ls -la \(directory)\n"
                + "  Take the run back:  migrate rollback --node \(Host.nodeName()) \(runID)"
            throw refusal
        }
    }
}
