import Glibc
import Kernel
import Model
import Testing

@testable import Mirror

extension MirrorSuite {
    /// Nothing of a mirror is seen in the namespace it was started from, and nothing is left of it.
    struct Traces {
        /// What this process holds and its namespace shows.
        struct Surroundings: Equatable {
            var links: [Link]
            var routes: [Route]
            var neighbors: [Neighbor]
            var descriptors: [String]
            var threads: Int

            init() throws {
                let cookie = try NetworkNamespace.current().identity.cookie
                var socket = try NetlinkSocket()
                links = try socket.links(netns: cookie)
                routes = try socket.routes(netns: cookie)
                neighbors = try socket.neighbors(netns: cookie)
                descriptors = DirectoryListing.names(in: "/proc/self/fd").map { name in
                    var buffer = [CChar](repeating: 0, count: 256)
                    let length = readlink("/proc/self/fd/\(name)", &buffer, buffer.count)
                    return String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
                }.filter { $0.hasPrefix("socket:") || $0.hasPrefix("net:") || $0.contains("bpf") }.sorted()
                // Not the socket that just asked.
                descriptors.removeAll { $0.hasPrefix("socket:") && $0 == Self.own(socket) }
                threads = DirectoryListing.names(in: "/proc/self/task").count
            }

            private static func own(_ socket: borrowing NetlinkSocket) -> String {
                var buffer = [CChar](repeating: 0, count: 256)
                let length = readlink("/proc/self/fd/\(socket.descriptor)", &buffer, buffer.count)
                return String(decoding: buffer.prefix(max(length, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
        }

        /// A thread that was joined may be listed for a moment longer, now or when it was looked at before; a worker of the test
        /// runner's waits for some seconds until it goes.
        private func expectAsBefore(_ before: Surroundings) throws {
            func now() throws -> Surroundings {
                var now = try Surroundings()
                if now.threads < before.threads { now.threads = before.threads }
                return now
            }
            for _ in 0..<1500 where try now() != before { usleep(20_000) }
            #expect(try now() == before)
        }

        /// A program goes some time after its last user: the kernel waits for those who may still run it.
        private func isGone(_ program: UInt32) -> Bool {
            for _ in 0..<250 {
                if !BPFProgram.exists(id: program) { return true }
                usleep(20_000)
            }
            return false
        }

        @Test func `while it is there the starting namespace shows nothing of it, and afterwards nothing is left`()
            throws
        {
            let before = try Surroundings()
            var id: UInt32 = 0
            do {
                let legacy = try LegacyProgram.ambient()
                let program = try legacy.replacement()
                id = program.record.id
                var mirror = try Mirror(Sample.layout)
                let frames = [MirrorFrame(try Sample.packet(to: Sample.pod4))]
                _ = try mirror.observe(program.descriptor.raw, at: Sample.hook, frames: frames)
                let during = try Surroundings()
                #expect(during.links == before.links)
                #expect(during.routes == before.routes)
                #expect(during.neighbors == before.neighbors)
                #expect(during.threads <= before.threads)
                _ = try mirror.observe(legacy.program.raw, at: Sample.hook, frames: frames)
            }
            try expectAsBefore(before)
            #expect(isGone(id))
        }

        @Test func `a program is held only while it is observed`() throws {
            var mirror = try Mirror(Sample.layout)
            var id: UInt32 = 0
            do {
                let legacy = try LegacyProgram.ambient()
                let program = try legacy.replacement()
                id = program.record.id
                _ = try mirror.observe(program.descriptor.raw, at: Sample.hook, frames: [])
            }
            #expect(isGone(id))
        }

        @Test func `a frame that cannot be sent ends the observation, and leaves nothing attached`() throws {
            let before = try Surroundings()
            var id: UInt32 = 0
            do {
                let legacy = try LegacyProgram.ambient()
                let program = try legacy.replacement()
                id = program.record.id
                var mirror = try Mirror(Sample.layout)
                let good = MirrorFrame(try Sample.packet(to: Sample.pod4))
                let raw = program.descriptor.raw
                #expect(throws: KernelError.self) {
                    try mirror.observe(raw, at: Sample.hook, frames: [good, MirrorFrame([1, 2, 3])])
                }
                #expect(try mirror.observe(raw, at: Sample.hook, frames: [good]).first?.count == 1, "it can go on")
            }
            try expectAsBefore(before)
            #expect(isGone(id))
        }

        @Test func `what the kernel refuses half-way ends the making, and leaves nothing`() throws {
            let before = try Surroundings()
            var long = Sample.layout, twice = Sample.layout
            long.devices[2].mtu = 70_000
            let refused = #expect(throws: KernelError.self) { _ = try Mirror(long) }
            #expect(refused?.subject == "device veth-narrow (ifindex 42)")
            twice.destinations.append(twice.destinations[0])
            let again = #expect(throws: KernelError.self) { _ = try Mirror(twice) }
            #expect(again?.subject == "route to 10.9.0.5/32")
            #expect(again?.errno == .fileExists)
            try expectAsBefore(before)
        }

        @Test func `a layout that makes no sense is refused before anything is made`() throws {
            let changes: [(inout MirrorLayout) -> Void] = [
                { $0.devices[0].isHook = false }, { $0.devices[1].ifindex = Sample.hook },
                { $0.devices[1].name = "hz" },
                { $0.devices[1].ifindex = 1 }, { $0.destinations[0].ifindex = 999 },
            ]
            for change in changes {
                var layout = Sample.layout
                change(&layout)
                let error = #expect(throws: KernelError.self) { _ = try Mirror(layout) }
                #expect(error?.code == .refused)
            }
        }

        @Test func `only a hook of the layout is observed`() throws {
            let legacy = try LegacyProgram.ambient()
            let raw = legacy.program.raw
            var mirror = try Mirror(Sample.layout)
            let error = #expect(throws: KernelError.self) {
                _ = try mirror.observe(raw, at: Sample.pod, frames: [])
            }
            #expect(error?.code == .refused)
        }

        @Test func `changes are sent to no namespace but the one just made`() throws {
            let fresh = try NamespaceThread.run(orFail: { $0 }) { () throws(KernelError) -> FreshNamespace in
                try FreshNamespace.enter()
            }
            #expect(fresh.cookie != (try NetworkNamespace.current().identity.cookie))
            do {
                _ = try NamespaceChanges(of: fresh)
                Issue.record("the socket is in the starting namespace")
            } catch { #expect(error.code == .refused) }
            do {
                try fresh.set(["ipv4/ip_forward": "0"])
                Issue.record("the thread is in the starting namespace")
            } catch { #expect(error.code == .refused) }
        }
    }
}
