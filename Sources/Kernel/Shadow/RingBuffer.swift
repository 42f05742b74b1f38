import CLibbpf
import Glibc
import SystemPackage

/// The reading end of a BPF ring buffer (`BPF_MAP_TYPE_RINGBUF`).
@safe final class RingBuffer {
    /// What the callback fills.
    private final class Sink { var records: [[UInt8]] = [] }

    private let ring: OpaquePointer
    private let sink: Sink

    /// libbpf keeps the map open by a mapping of its own.
    init(_ map: consuming OwnedDescriptor) throws(KernelError) {
        let sink = Sink()
        // SAFETY: the sink lives as long as this object, which is as long as the ring; the callback is told the record's size.
        let made = unsafe ring_buffer__new(
            map.raw,
            { context, data, size in
                guard let context = unsafe context, let data = unsafe data else { return 0 }
                let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size)
                unsafe Unmanaged<Sink>.fromOpaque(context).takeUnretainedValue().records.append(Array(bytes))
                return 0
            }, Unmanaged.passUnretained(sink).toOpaque(), nil)
        guard let made = unsafe made else { throw .call("open", "ring buffer", Errno(rawValue: errno)) }
        unsafe ring = made
        self.sink = sink
    }

    deinit {
        // SAFETY: nothing uses the ring afterwards.
        unsafe ring_buffer__free(ring)
    }

    /// What has come since the last time, oldest first; does not wait.
    func take() throws(KernelError) -> [[UInt8]] {
        // SAFETY: the ring is open; the callback runs within this call only.
        try checked("read", "ring buffer", unsafe ring_buffer__consume(ring))
        defer { sink.records = [] }
        return sink.records
    }
}
