import Glibc
import Testing

@testable import Kernel

/// What is read from files; no root.
struct BPFHostTests {
    @Test func `names of this machine have their forms`() {
        #expect(Host.bootID().count == 36)
        #expect(Host.machineID().map { $0.count == 32 && $0.allSatisfy(\.isHexDigit) } ?? true)
        #expect(Host.kernelRelease().first?.isNumber == true)
        #expect(!Host.nodeName().isEmpty)
    }

    @Test func `files are read whole, their first line without its end`() {
        #expect(TextFile.line("/proc/sys/kernel/ostype") == "Linux")
        #expect(TextFile.read("/proc/sys/kernel/ostype") == "Linux\n")
        #expect(TextFile.read("/nowhere") == nil)
        #expect(TextFile.line("/dev/null") == nil)
        #expect(TextFile.read("/proc") == nil)
    }

    @Test func `a directory's names are sorted; one that cannot be read has none`() {
        let names = DirectoryListing.names(in: "/proc/self")
        #expect(names.contains("status"))
        #expect(names == names.sorted())
        #expect(!names.contains("."))
        #expect(DirectoryListing.names(in: "/nowhere").isEmpty)
    }

    @Test func `answers of the FIB have names`() {
        #expect((0...9).map { FIBResult(rawValue: $0).name }.allSatisfy { !$0.hasPrefix("error") })
        #expect(FIBResult(rawValue: -61).name == "not-asked")
        #expect(FIBResult(rawValue: -22).name == "error 22")
        #expect(Set(RedirectOutcome.allCases.map(\.name)).count == RedirectOutcome.allCases.count)
    }
}
