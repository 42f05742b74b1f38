import Glibc
import Model
import Testing

@testable import Lab

extension LabSuite {
    @Suite struct CommandLine {
        @Test func `up, exec, traffic, mend, status and down`() throws {
            defer { _ = try? migrateLab("down", "--name", "test-cli") }
            let up = try migrateLab("up", "--name", "test-cli", "--pods", "1", "--faults").mustSucceed()
            #expect(up.stdout.contains("nsenter --net --mount --root -t "))
            #expect(try migrateLab("up", "--name", "test-cli").status == 10)
            #expect(try migrateLab("exec", "--name", "test-cli", "--", "sh", "-c", "exit 7").status == 7)
            #expect(try migrateLab("exec", "--name", "test-cli", "--", "sh", "-c", "kill -15 $$").status == 143)
            let traffic = try migrateLab("traffic", "--name", "test-cli", "--seconds", "1", "--json").mustSucceed()
            #expect(try JSON.decode(Ledger.self, from: Array(traffic.stdout.utf8)).isClean)
            let lossy = try migrateLab(
                "traffic", "--name", "test-cli", "--seconds", "1", "--strict", "--for", "stale")
            #expect(lossy.status == 30 && lossy.stdout.contains("stale"))
            try migrateLab("mend", "--name", "test-cli").mustSucceed()
            let status = try migrateLab("status", "--name", "test-cli", "--json").mustSucceed()
            #expect(try JSON.decode(LabState.self, from: Array(status.stdout.utf8)).entries.count == 6)
            try migrateLab("down", "--name", "test-cli").mustSucceed()
            #expect(try migrateLab("status", "--name", "test-cli").status == 69)
        }

        @Test func `run ends with the command's status and takes the lab down`() throws {
            let result = try migrateLab(
                "run", "--name", "test-run", "--", "sh", "-c", "ls -d /sys/fs/bpf/ambient; exit 3")
            #expect(result.status == 3 && result.stdout == "/sys/fs/bpf/ambient\n", "\(result)")
            #expect(StateFile.read("test-run") == nil)
        }

        @Test(arguments: [SIGTERM, SIGKILL]) func `run that is ended takes its lab along`(signal: CInt) throws {
            let words = [try LabExecutable.find(), "run", "--name", "test-ended", "--", "sleep", "20"]
            let pid = try Spawn.start(words, streams: nil)
            var state: LabState?
            for _ in 0..<500 where state?.ready != true {
                usleep(10_000)
                state = StateFile.read("test-ended")
            }
            let keeper = try #require(state?.keeper)
            usleep(200_000)
            kill(pid, signal)
            #expect(try Spawn.wait(pid) == 128 + signal)
            #expect(keeper.waitUntilGone(milliseconds: 3000))
            // SIGKILL cannot be passed on: the command inside lives on, in a node that is gone.
            let inside = NamespaceInode.processes(inMount: state?.mountNamespace ?? 0)
            inside.forEach { kill($0, SIGKILL) }
            #expect(inside.count == (signal == SIGKILL ? 1 : 0))
            #expect(StateFile.read("test-ended") == nil)
        }
    }
}
