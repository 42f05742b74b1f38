import Glibc
import Kernel
import Model
import SystemPackage

extension RunPins {
    public func markFinalizing() throws(KernelError) { throw .unsupported("finalize", runID, "layout 2") }
    public func removeLegacyPins() throws(KernelError) { throw .unsupported("finalize", runID, "layout 2") }
}
