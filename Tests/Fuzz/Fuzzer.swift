// The libFuzzer target: `make fuzz`, never part of `make test`. Built with Tests/KernelTests/Fuzz/NetlinkDecoders.swift,
// the list of what is fuzzed; the first byte of an input chooses the decoder.

@testable import Kernel

/// Called for every input; must return 0 (https://llvm.org/docs/LibFuzzer.html).
@_cdecl("LLVMFuzzerTestOneInput") public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard size > 0 else { return 0 }
    let decoder = NetlinkDecoder.all[Int(data[0]) % NetlinkDecoder.all.count]
    let input = [UInt8](UnsafeBufferPointer(start: data + 1, count: size - 1))
    // A fault is an answer; a trap is what the fuzzer looks for.
    _ = try? input.withSpan { (bytes) throws(NetlinkFault) in try decoder.decode(bytes) }
    return 0
}
