import FoundationEssentials
import Model
import TestSupport
import Testing

@testable import Kernel

/// Whatever the bytes are: a value or a `NetlinkFault`, and never a value that the kernel did not write.
@Suite(.needsRoot, .requires(.bpffs), .serialized) struct NetlinkFuzzTests {
    static let live: Result<[[UInt8]], any Error> = Result { try NetlinkCapture.datagrams() }

    private func decode(_ decoder: NetlinkDecoder, _ bytes: [UInt8]) throws(NetlinkFault) -> (any Encodable)? {
        try bytes.withSpan { (span) throws(NetlinkFault) in try decoder.decode(span) }
    }

    private func samples(_ decoder: NetlinkDecoder) throws -> [[UInt8]] {
        let live = try Self.live.get()
        return decoder.header == nil ? live : try NetlinkCapture.payloads(decoder.type, in: live)
    }

    @Test(arguments: NetlinkDecoder.all) func `real messages are read`(decoder: NetlinkDecoder) throws {
        let samples = try samples(decoder)
        #expect(samples.count >= 2)
        for sample in samples { _ = try decode(decoder, sample) }
    }

    @Test(arguments: NetlinkDecoder.all)
    func `ten thousand random and mutated messages: a value or a fault`(decoder: NetlinkDecoder) throws {
        let samples = try samples(decoder)
        var numbers = Numbers(state: UInt64(decoder.type) + 1)
        var read = 0, refused = 0
        for round in 0..<10_000 {
            let sample = samples[round % samples.count]
            // A quarter is noise, half of that behind a true header.
            let bytes =
                switch round % 8 {
                case 0: Mutation.noise(&numbers)
                case 1: Array(sample.prefix(decoder.header ?? 16)) + Mutation.noise(&numbers)
                default: Mutation.apply(to: sample, &numbers)
                }
            do throws(NetlinkFault) {
                _ = try decode(decoder, bytes)
                read += 1
            } catch {
                refused += 1
                #expect(!error.description.isEmpty)
            }
        }
        #expect(read > 100 && refused > 100, "\(decoder): \(read) read, \(refused) refused")
    }

    /// The value's fields, without those that are nothing: nil, 0, "", [] and false.
    private func fields(_ value: (any Encodable)?) throws -> [String: String] {
        guard let value else { return [:] }
        func flat(_ prefix: String, _ value: Any, into fields: inout [String: String]) {
            switch value {
            case let object as [String: Any]:
                for (key, inner) in object { flat("\(prefix).\(key)", inner, into: &fields) }
            case let list as [Any]:
                for (index, inner) in list.enumerated() { flat("\(prefix)[\(index)]", inner, into: &fields) }
            default: if !["0", "", "false"].contains("\(value)") { fields[prefix] = "\(value)" }
            }
        }
        var fields: [String: String] = [:]
        flat("", try Self.object(JSON.canonical(value)), into: &fields)
        return fields
    }

    /// JSON as dictionaries and lists of texts.
    private static func object(_ bytes: [UInt8]) throws -> Any {
        try JSONDecoder().decode(Tree.self, from: Data(bytes)).any
    }

    private struct Tree: Decodable {
        var any: Any
        init(from decoder: any Decoder) throws {
            let one = try decoder.singleValueContainer()
            if let object = try? one.decode([String: Tree].self) {
                any = object.mapValues(\.any)
            } else if let list = try? one.decode([Tree].self) {
                any = list.map(\.any)
            } else if let text = try? one.decode(String.self) {
                any = text
            } else if let flag = try? one.decode(Bool.self) {
                any = "\(flag)"
            } else if let number = try? one.decode(Int64.self) {
                any = "\(number)"
            } else {
                any = "\(try one.decode(UInt64.self))"
            }
        }
    }

    /// Every field of `damaged` is as in `original`, or absent.
    private func isHonest(_ damaged: [String: String], _ original: [String: String]) -> Bool {
        damaged.allSatisfy { original[$0.key] == $0.value }
    }

    /// Where another list of attributes is inside: TCA_OPTIONS, IFLA_LINKINFO.
    private func isNest(_ decoder: NetlinkDecoder, _ type: UInt16) -> Bool {
        let type = type & 0x3fff
        return (decoder.name == "filter" && type == 2) || (decoder.name == "link" && type == 18)
    }

    private func isListOfHops(_ decoder: NetlinkDecoder, _ type: UInt16) -> Bool {
        decoder.name == "route" && type & 0x3fff == 9
    }

    /// All ways to change one attribute, outer or inner, by `change`, which is told whether it is a nest; lengths stay true.
    private func each(
        _ decoder: NetlinkDecoder, _ sample: [UInt8], _ change: (AttributeTree.Node, Bool) -> [[AttributeTree.Node]],
        _ body: ([UInt8]) throws -> Void
    ) throws {
        let tree = AttributeTree(sample, header: decoder.header ?? 0)
        #expect(tree.bytes == sample)
        for index in tree.nodes.indices where !isListOfHops(decoder, tree.nodes[index].type) {
            for replacement in change(tree.nodes[index], isNest(decoder, tree.nodes[index].type)) {
                var copy = tree
                copy.nodes.replaceSubrange(index...index, with: replacement)
                try body(copy.bytes)
            }
            guard isNest(decoder, tree.nodes[index].type) else { continue }
            let inner = AttributeTree.nodes(tree.nodes[index].value)
            for place in inner.indices {
                for replacement in change(inner[place], false) {
                    var copy = inner
                    copy.replaceSubrange(place...place, with: replacement)
                    try body(tree.with(index) { $0.value = AttributeTree.encoded(copy) }.bytes)
                }
            }
        }
    }

    @Test(arguments: NetlinkDecoder.messages)
    func `a shortened attribute is a fault or absent, never a shorter value`(decoder: NetlinkDecoder) throws {
        var faults = 0
        for sample in try samples(decoder) {
            let whole = try fields(decode(decoder, sample))
            try each(
                decoder, sample,
                { node, isNest in
                    // Of a nest only where it is cut within an attribute: a shorter list of attributes is a true one.
                    (0..<min(node.value.count, 64)).filter { !isNest || $0 % 4 != 0 }.map { count in
                        [AttributeTree.Node(type: node.type, value: Array(node.value.prefix(count)))]
                    }
                }
            ) { bytes in
                do throws(NetlinkFault) {
                    let damaged = try decode(decoder, bytes)
                    do { #expect(isHonest(try fields(damaged), whole), "\(bytes)") } catch { Issue.record(error) }
                } catch { faults += 1 }
            }
        }
        #expect(faults > 0)
    }

    @Test(arguments: NetlinkDecoder.messages)
    func `an attribute given twice is a fault, whatever the second says`(decoder: NetlinkDecoder) throws {
        var faults = 0
        for sample in try samples(decoder) {
            let whole = try fields(decode(decoder, sample))
            try each(
                decoder, sample,
                { node, _ in
                    [[node, node], [node, .init(type: node.type, value: node.value.map { $0 ^ 0x55 })]]
                }
            ) { bytes in
                // In what is not read closer, such as a link's statistics, nothing is looked at.
                let damaged = try? fields(decode(decoder, bytes))
                if let damaged { #expect(damaged == whole) } else { faults += 1 }
            }
        }
        #expect(faults > 0)
    }

    @Test(arguments: NetlinkDecoder.messages)
    func `flipped bits change the field they are in and no other`(decoder: NetlinkDecoder) throws {
        var numbers = Numbers(state: 7)
        var changed = 0
        for sample in try samples(decoder) {
            let whole = try fields(decode(decoder, sample))
            try each(
                decoder, sample,
                { node, isNest in
                    guard !node.value.isEmpty, !isNest else { return [] }
                    return (0..<4).map { _ in
                        var value = node.value
                        value[Int.random(in: 0..<value.count, using: &numbers)] ^=
                            1 << UInt8.random(in: 0..<8, using: &numbers)
                        return [AttributeTree.Node(type: node.type, value: value)]
                    }
                }
            ) { bytes in
                guard let damaged = try? fields(decode(decoder, bytes)) else { return }
                let keys = Set(damaged.keys).union(whole.keys).filter { damaged[$0] != whole[$0] }
                // A filter's kind decides whether its options are read at all.
                let isKind = decoder.name == "filter" && keys.contains(".kind")
                #expect(keys.count <= 1 || isKind, "\(keys)")
                changed += keys.count
            }
        }
        #expect(changed > 0)
    }

    @Test(arguments: NetlinkDecoder.messages)
    func `attributes of later kernels, and another order, change nothing`(decoder: NetlinkDecoder) throws {
        for sample in try samples(decoder) where decoder.name != "rule" {
            let whole = try fields(decode(decoder, sample))
            let tree = AttributeTree(sample, header: decoder.header ?? 0)
            var later = tree
            later.nodes.insert(.init(type: 0x3ffe, value: [1, 2, 3, 4, 5]), at: 0)
            #expect(try fields(decode(decoder, later.bytes)) == whole)
            var reversed = tree
            reversed.nodes.reverse()
            if let damaged = try? fields(decode(decoder, reversed.bytes)) { #expect(damaged == whole) }
        }
    }

    @Test func `a cut end is never a whole datagram`() throws {
        for sample in try Self.live.get() {
            let whole = try NetlinkReply.parse(sample).count
            for count in stride(from: sample.count - 1, through: 0, by: -max(1, sample.count / 400)) {
                let read = try? NetlinkReply.parse(Array(sample.prefix(count)))
                #expect(read == nil || (read?.count ?? 0) < whole)
            }
        }
    }
}
