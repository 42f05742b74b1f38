import Kernel

/// What this program is.
public enum Version {
    public static let number = "0.1.0"

    /// As `--version` prints it.
    public static var text: String {
        "migrate \(number)\nreplacement object sha256:\(ReplacementObject.digest)"
    }
}
