/// The releases of Linux on which this program was tried (docs/kernels.md). What a kernel can do is probed and never
/// concluded from its number: this only tells an operator where nobody has been before.
public enum TriedKernels {
    public static let oldest = (major: 6, minor: 1)
    /// The newest that was found to be too old.
    public static let tooOld = (major: 5, minor: 10)

    /// - Parameter release: as `uname -r` has it: `6.1.0-41-amd64`.
    /// - Returns: whether it is older than all that were tried; `nil` where it begins with no number.
    public static func isOlder(_ release: String) -> Bool? {
        let numbers = release.split(whereSeparator: { !$0.isWholeNumber }).prefix(2).compactMap { Int($0) }
        guard release.first?.isWholeNumber == true, numbers.count == 2 else { return nil }
        return (numbers[0], numbers[1]) < oldest
    }
}
