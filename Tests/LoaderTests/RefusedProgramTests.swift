import Kernel
import LabObjects
import Model
import SystemPackage
import TestSupport
import Testing

@testable import Loader

extension LoaderSuite {
    /// A program that the verifier does not take is no want of privilege, although the kernel says EACCES to both.
    @Suite struct RefusedPrograms {
        private func refusal() throws -> KernelError {
            let image = UnsafeRawBufferPointer(
                start: migrate_lab_refused_image.bytes, count: migrate_lab_refused_image.count)
            let error = #expect(throws: KernelError.self) { _ = try BPFObject(image: image, name: "refused").load() }
            return try #require(error)
        }

        @Test func `the kernel's EACCES for it is told from that for a lack of rights`() throws {
            let error = try refusal()
            #expect(error.errno == .permissionDenied && error.code == .rejected && !error.lacksRight, "\(error)")
            #expect(error.verifierWords.contains { $0.contains("invalid access to packet") }, "\(error.verifierWords)")
            #expect(error.verifierWords.count <= 4 && error.verifierWords.last?.hasPrefix("processed ") == true)
            #expect(KernelError.call("load", "object x", .permissionDenied).lacksRight)
        }

        @Test func `it ends with 10, the verifier's last lines and a command, and does not ask for root`() throws {
            let error = cannot("load the replacement", try refusal())
            #expect(error.code == .verifier && error.code.exit.rawValue == 10, "\(error)")
            #expect(error.facts.contains { $0.contains("invalid access to packet") }, "\(error.text)")
            #expect(!error.text.contains("root") && error.remedy?.contains("migrate preflight") == true)
            #expect(cannot("read x", .call("open", "map 7", .notPermitted)).code == .needsRoot)
        }
    }
}
