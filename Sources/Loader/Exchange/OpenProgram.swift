import Kernel
import Model

/// An open program that several hooks, or several phases of a run, share.
package final class OpenProgram {
    package let program: BPFProgram
    package var reference: ProgramReference { program.record.reference }
    package init(_ program: consuming BPFProgram) { self.program = program }
}
