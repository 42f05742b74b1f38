import Kernel
import Model

/// Says a failed read of the kernel in the operator's words.
func reading<Value: ~Copyable>(
    _ what: String, _ body: () throws(KernelError) -> Value
) throws(MigrateError) -> Value {
    do {
        return try body()
    } catch {
        if error.lacksRight {
            throw MigrateError(
                .needsRoot, "cannot read \(what)", facts: [error.description],
                remedy: "Run it as root:  sudo migrate preflight")
        }
        throw MigrateError(
            .kernelRead, "cannot read \(what)", facts: [error.description],
            remedy: "Look at the machine:  migrate preflight")
    }
}
