import CCrypto

/// SHA-256 (FIPS 180-4) of bytes that come one part after the other.
public struct RunningDigest: ~Copyable {
    private let context: OpaquePointer

    public init() {
        guard let made = EVP_MD_CTX_new(), EVP_DigestInit_ex(made, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto refused SHA-256")
        }
        context = made
    }

    deinit { EVP_MD_CTX_free(context) }

    /// The first `count` bytes of `bytes`.
    public mutating func add(_ bytes: [UInt8], count: Int) {
        precondition(count <= bytes.count)
        EVP_DigestUpdate(context, bytes, count)
    }

    /// 64 lower-case hexadecimal digits.
    public consuming func finish() -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        let done = EVP_DigestFinal_ex(context, &digest, &count)
        precondition(done == 1 && count == 32, "libcrypto refused SHA-256")
        return digest.hex
    }
}
