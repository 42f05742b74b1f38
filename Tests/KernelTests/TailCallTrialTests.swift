import CLibbpf
import LabObjects
import TestSupport
import Testing

@testable import Kernel
@testable import Model

extension BPFTests {
    /// What the kernel says of a program that somebody else loaded: whether a switch can go on into it.
    struct TailCallTrials {
        private func lab(_ image: UnsafeRawBufferPointer, _ name: String) throws -> BPFProgram {
            try BPFProgram(owning: try BPFObject(image: image, name: "lab").load().program(name))
        }

        private func reader() throws -> BPFProgram {
            let image = UnsafeRawBufferPointer(
                start: migrate_lab_ambient_image.bytes, count: migrate_lab_ambient_image.count)
            return try lab(image, "ztunnel_host_ingress")
        }

        @Test func `the lab's legacy programs can be tail-called`() throws {
            let image = UnsafeRawBufferPointer(
                start: migrate_lab_fabric_image.bytes, count: migrate_lab_fabric_image.count)
            let trial = try TailCallTrial()
            let ambient = try reader(), fabric = try lab(image, "fabric_forward")
            #expect(try trial.refusal(program: ambient.record.id) == nil)
            #expect(try trial.refusal(program: fabric.record.id) == nil)
        }

        @Test func `the call is taken`() throws {
            #expect(try TailCallTrial().call(try Assembly.load("five", Assembly.set(0, 5) + Assembly.exit)) == 5)
        }

        @Test func `a program that another one extends is refused, until it is no more`() throws {
            let program = try reader()
            let trial = try TailCallTrial()
            do {
                let extended = try ProgramExtension(of: program.record.id, function: "ztunnel_host_ingress", verdict: 2)
                #expect(
                    try trial.refusal(program: program.record.id)
                        == "Device or resource busy: another program extends it (freplace)")
                _ = consume extended
            }
            #expect(try trial.refusal(program: program.record.id) == nil)
        }

        @Test func `a program of another type is refused, and both types are said`() throws {
            let program = try xdpProgram()
            #expect(
                try TailCallTrial().refusal(program: program.record.id)
                    == "Invalid argument: it is a program of type 6, a switch is one of type 3 (sched_cls)")
        }

        /// As `SEC("tcx/ingress")` loads it; kernels before 6.17 do not tell them apart.
        @Test func `a program for another attach type is refused where the kernel tells them apart`() throws {
            let program = try loadProgram(BPF_PROG_TYPE_SCHED_CLS, 0, name: "tcx", attachType: 46)
            let refusal = try TailCallTrial().refusal(program: program.record.id)
            #expect(
                refusal
                    == "Invalid argument: it was loaded for attach type tcx/ingress, a switch is loaded for none")
        }

        @Test func `a program that is gone is an error`() throws {
            let id = try Assembly.load("gone", Assembly.set(0, 0) + Assembly.exit).record.id
            let trial = try TailCallTrial()
            let error = #expect(throws: KernelError.self) { try trial.refusal(program: id) }
            #expect(error?.errno == .noSuchFileOrDirectory)
        }
    }

    struct CutFeatures {
        @Test(arguments: CutFeature.allCases) func `this kernel has what the cut needs`(_ feature: CutFeature) throws {
            try feature.probe()
        }
    }
}
