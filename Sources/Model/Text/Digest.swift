import CCrypto

/// SHA-256 (FIPS 180-4), computed by libcrypto.
public enum Digest {
    /// The digest of `bytes` as 64 lower-case hexadecimal digits.
    public static func sha256(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let done = EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil)
        precondition(done == 1 && count == 32, "libcrypto refused SHA-256")
        return digest.hex
    }
}
