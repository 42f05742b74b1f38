import Kernel
import Testing

struct TriedKernelsTests {
    @Test(
        arguments: [
            ("6.1.0-41-amd64", false), ("6.12.117+deb12-amd64", false), ("6.18.44", false), ("7.0-rc1", false),
            ("5.10.0-36-amd64", true), ("6.0.12", true), ("4.19", true), ("unknown", nil), ("6", nil), ("", nil),
        ] as [(String, Bool?)])
    func `only the first two numbers of a release count`(release: String, isOlder: Bool?) {
        #expect(TriedKernels.isOlder(release) == isOlder)
    }
}
