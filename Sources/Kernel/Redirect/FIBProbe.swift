import BPFObjects
import Glibc
import Model
import SystemPackage

/// Asks `bpf_fib_lookup` for many destinations, with the very decision the replacement makes.
///
/// The program runs under `BPF_PROG_TEST_RUN` in the calling thread's network namespace and is attached to
/// nothing; it sends no packet and resolves no neighbor.
@safe public final class FIBProbe {
    /// A destination to ask for.
    public struct Question: Hashable, Sendable {
        public var source: IPAddress?
        public var destination: IPAddress
        /// 6 TCP, 17 UDP.
        public var ipProtocol: UInt8
        public var sourcePort: UInt16
        public var destinationPort: UInt16

        public init(
            source: IPAddress?, destination: IPAddress, ipProtocol: UInt8, sourcePort: UInt16 = 0,
            destinationPort: UInt16 = 0
        ) {
            self.source = source
            self.destination = destination
            self.ipProtocol = ipProtocol
            self.sourcePort = sourcePort
            self.destinationPort = destinationPort
        }
    }

    public struct Answer: Hashable, Sendable {
        /// Of the lookup with the replacement's flags.
        public var result: FIBResult
        /// What the replacement would do with such a packet, membership by key left aside.
        public var outcome: RedirectOutcome
        /// 0 when the FIB named none.
        public var ifindex: UInt32
        public var nextHop: IPAddress?
        /// Of the lookup that reads the neighbor.
        public var neighborResult: FIBResult
        /// The neighbor's MAC, where `neighborResult` is success.
        public var mac: MACAddress?
    }

    private let program: OwnedDescriptor
    private let queries: UnsafeMutableRawBufferPointer
    private let cursor: UnsafeMutableRawBufferPointer

    private static let capacity = Int(MIGRATE_PROBE_CAPACITY)
    private static let stride = (MemoryLayout<migrate_query>.size + 7) & ~7

    /// Loads the probe alone.
    public convenience init(_ configuration: RedirectConfiguration) throws(KernelError) {
        let object = try ReplacementObject.open(configuration, programs: [Self.program])
        try self.init(try object.load())
    }

    static let program = "fib_probe"

    /// Takes the probe out of a loaded object.
    init(_ loaded: borrowing LoadedObject) throws(KernelError) {
        let program = try loaded.program(Self.program)
        let queries = try unsafe Self.mapMemory(try loaded.map("queries"), size: Self.capacity * Self.stride)
        let cursor = try unsafe Self.mapMemory(try loaded.map("cursor"), size: 8)
        self.program = program
        unsafe self.queries = queries
        unsafe self.cursor = cursor
    }

    deinit {
        // SAFETY: both were mapped with exactly these bounds and are not used afterwards.
        unsafe munmap(queries.baseAddress, queries.count)
        unsafe munmap(cursor.baseAddress, cursor.count)
    }

    private static func mapMemory(
        _ map: consuming OwnedDescriptor, size: Int
    ) throws(KernelError) -> UnsafeMutableRawBufferPointer {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let length = (size + page - 1) / page * page
        // SAFETY: the kernel keeps the map alive for as long as it is mapped, the descriptor may go.
        let start = unsafe mmap(nil, length, PROT_READ | PROT_WRITE, MAP_SHARED, map.raw, 0)
        guard let start = unsafe start, unsafe start != MAP_FAILED else {
            throw KernelError.call("map", "memory of the probe", Errno(rawValue: errno))
        }
        return unsafe UnsafeMutableRawBufferPointer(start: start, count: length)
    }

    /// Answers in the order of the questions, for packets that come in on `ifindex`.
    public func ask(_ questions: [Question], ifindex: UInt32) throws(KernelError) -> [Answer] {
        var answers: [Answer] = []
        answers.reserveCapacity(questions.count)
        var start = 0
        while start < questions.count {
            let end = min(start + Self.capacity, questions.count)
            let batch = questions[start..<end]
            for (slot, question) in batch.enumerated() { write(question, slot: slot) }
            // SAFETY: `cursor` is eight aligned bytes shared with the program, which does not run now.
            unsafe cursor.storeBytes(of: 0, as: UInt64.self)
            var packet = [UInt8](repeating: 0, count: 64)
            packet[12] = 0x08
            _ = try TestRun.tc(program, packet: packet, ifindex: ifindex, repeats: batch.count)
            let done = unsafe cursor.load(as: UInt64.self)
            guard done == UInt64(batch.count) else {
                throw KernelError.malformed("ask", "fib_probe", "\(done) of \(batch.count) questions answered")
            }
            for (slot, question) in batch.enumerated() { answers.append(read(question, slot: slot)) }
            start = end
        }
        return answers
    }

    private func write(_ question: Question, slot: Int) {
        var query = migrate_query()
        query.family = RedirectConfiguration.bit(question.destination.family)
        query.l4_protocol = UInt32(question.ipProtocol)
        query.sport = question.sourcePort
        query.dport = question.destinationPort
        // SAFETY: both fields are sixteen bytes, an address has at most sixteen.
        unsafe withUnsafeMutableBytes(of: &query.dst) { unsafe Self.store(question.destination, in: $0) }
        if let source = question.source, source.family == question.destination.family {
            unsafe withUnsafeMutableBytes(of: &query.src) { unsafe Self.store(source, in: $0) }
        }
        unsafe queries.storeBytes(of: query, toByteOffset: slot * Self.stride, as: migrate_query.self)
    }

    private func read(_ question: Question, slot: Int) -> Answer {
        // SAFETY: the slot is within the mapped memory and the program does not run now.
        let query = unsafe queries.load(fromByteOffset: slot * Self.stride, as: migrate_query.self)
        var hop: IPAddress?
        if query.ifindex != 0 {
            // SAFETY: the field is sixteen bytes.
            hop = unsafe withUnsafeBytes(of: query.next_hop) { bytes in
                query.next_hop_family == UInt32(MIGRATE_FAMILY_IPV4)
                    ? .v4(UInt32(bigEndian: unsafe bytes.loadUnaligned(as: UInt32.self)))
                    : .v6(UInt128(bigEndian: unsafe bytes.loadUnaligned(as: UInt128.self)))
            }
        }
        return Answer(
            result: FIBResult(rawValue: query.fib),
            outcome: RedirectOutcome(rawValue: query.outcome) ?? .error, ifindex: query.ifindex, nextHop: hop,
            neighborResult: FIBResult(rawValue: query.neighbor), mac: query.neighbor == 0 ? Self.mac(query) : nil)
    }

    // No array for any address: this is done twice for every entry of a large map.

    private static func store(_ address: IPAddress, in bytes: UnsafeMutableRawBufferPointer) {
        // SAFETY: the caller's buffer has sixteen bytes.
        switch address {
        case .v4(let value): unsafe bytes.storeBytes(of: value.bigEndian, as: UInt32.self)
        case .v6(let value): unsafe bytes.storeBytes(of: value.bigEndian, as: UInt128.self)
        }
    }

    private static func mac(_ query: migrate_query) -> MACAddress {
        // SAFETY: the field is six bytes.
        unsafe withUnsafeBytes(of: query.dmac) { bytes in
            var value: UInt64 = 0
            for offset in 0..<6 { value = value << 8 | UInt64(unsafe bytes[offset]) }
            return MACAddress(value: value)
        }
    }
}
