import Glibc
import Testing

@testable import Lab

extension LabSuite {
    @Suite struct Life {
        /// Nothing of it is left: process, objects, state file; and the pods were never named on the machine.
        private func expectGone(_ lab: LabNode) {
            #expect(!lab.state.keeper.isAlive)
            #expect(lab.leftovers.isEmpty)
            #expect(NamespaceInode.processes(inMount: lab.state.mountNamespace).isEmpty)
            #expect(StateFile.read(lab.state.options.name) == nil)
            #expect((try? FileList.names(in: "/run/netns"))?.contains("pod1") != true)
            #expect(access("/sys/fs/bpf/ambient", F_OK) != 0)
        }

        @Test func `down leaves nothing and may be repeated`() throws {
            let lab = try LabNode.forTest()
            #expect(lab.leftovers.count == 8)
            #expect(try lab.run(["ip", "netns", "list"]).mustSucceed().stdout.contains("pod1"))
            try lab.down()
            expectGone(lab)
            #expect(access(StateFile.path(lab.state.options.name), F_OK) != 0)
            try lab.down()
        }

        @Test func `a killed keeper leaves nothing, and its name is free`() throws {
            let lab = try LabNode.forTest()
            kill(lab.state.keeper.pid, SIGKILL)
            try lab.down()
            expectGone(lab)
            let error = #expect(throws: LabError.self) { try LabNode.attach(lab.state.options.name) }
            #expect(error?.code == .notUp)
            let again = try LabNode.up(lab.state.options)
            try again.down()
            expectGone(again)
        }

        @Test func `it goes with the value that holds it`() throws {
            let state = try LabNode.forTest().state
            #expect(!state.keeper.isAlive && state.programs.allSatisfy { !BPFIdentifier.programExists($0.id) })
        }

        @Test func `a second lab of the same name is refused, of another one is not`() throws {
            let lab = try LabNode.forTest()
            let error = #expect(throws: LabError.self) { try LabNode.up(lab.state.options) }
            #expect(error?.code == .alreadyUp)
            #expect(lab.state.keeper.isAlive)
            let other = try LabNode.forTest()
            #expect(try other.burst(["pod1"]).isClean && lab.burst(["pod1"]).isClean)
            try other.down()
            #expect(try lab.burst(["pod1"]).isClean)
            try lab.down()
        }

        @Test func `where a deployment is, no lab is built`() throws {
            let lab = try LabNode.forTest()
            let result = try lab.run([try LabExecutable.find(), "up", "--name", "inner"])
            #expect(result.status == 10 && result.stderr.contains("[LAB1004]"), "\(result)")
            try lab.down()
        }

        @Test func `a process inside is named by down`() throws {
            let lab = try LabNode.forTest()
            let sleeper = try lab.enter { try Spawn.start(["sleep", "60"], streams: nil) }
            let error = #expect(throws: LabError.self) { try lab.down() }
            #expect(error?.code == .leftovers)
            #expect(error?.facts.contains("process \(sleeper) is inside") == true)
            kill(sleeper, SIGKILL)
            _ = try Spawn.wait(sleeper)
            try lab.down()
            expectGone(lab)
        }

        @Test func `a failure while building is told and leaves nothing`() throws {
            let directory = "/tmp/lab-test-\(getpid())"
            mkdir(directory, 0o700)
            try TextFile.replace("\(directory)/ip", with: "#!/bin/sh\necho no such luck >&2; exit 1\n")
            chmod("\(directory)/ip", 0o700)
            defer {
                unlink("\(directory)/ip")
                rmdir(directory)
            }
            let result = try Command.run(
                ["env", "PATH=\(directory):/usr/bin:/bin", try LabExecutable.find(), "up", "--name", "test-failing"])
            #expect(result.status == 10 && result.stderr.contains("[LAB1006]"), "\(result)")
            #expect(result.stderr.contains("command failed: ip") && result.stderr.contains("no such luck"))
            #expect(access(StateFile.path("test-failing"), F_OK) != 0)
            _ = try? migrateLab("down", "--name", "test-failing")
        }

        @Test func `the keeper cannot be typed`() throws {
            let result = try migrateLab("keeper", "--name", "test-typed")
            #expect(result.status == 1 && access(StateFile.path("test-typed"), F_OK) != 0)
        }
    }
}
