import CLibbpf
import Glibc

/// Memory in which libbpf reads the kernel's BTF: five megabytes, twice, for each object with CO-RE or kfuncs.
///
/// Out of the box malloc maps so much anew each time and gives it back, and of a load's 20 ms eight are the 2,700 page faults of
/// that. So large blocks come from the heap, which keeps what it has, in huge pages where there are any (`MADV_HUGEPAGE`,
/// mm/madvise.c). What cannot be had is done without.
enum LoadingMemory {
    /// Bytes: two times the BTF of today's kernels, and its index.
    private static let room = 16 << 20
    private static let hugePage = 2 << 20

    /// Sets the heap up, once for the process.
    static let isSetUp: Bool = {
        guard mallopt(M_MMAP_THRESHOLD, CInt(room)) == 1, mallopt(M_TRIM_THRESHOLD, CInt(4 * room)) == 1,
            let block = unsafe malloc(room)
        else { return false }
        // SAFETY: the range lies within the block; the advice changes no contents.
        unsafe advise(block)
        // It stays at the heap's end, for whoever asks next.
        unsafe free(block)
        return true
    }()

    private static func advise(_ block: UnsafeMutableRawPointer) {
        let start = (UInt(bitPattern: block) + UInt(hugePage) - 1) & ~UInt(hugePage - 1)
        let end = (UInt(bitPattern: block) + UInt(room)) & ~UInt(hugePage - 1)
        guard end > start else { return }
        _ = unsafe madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE)
    }
}
