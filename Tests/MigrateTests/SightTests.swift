import Model
import Testing

extension MigrateSuite {
    /// Who keeps, holds, writes and filters, as the documents say it.
    @Suite struct Sight {
        @Test func `a plan's JSON says who writes the map, who keeps each hook and what filters`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.migrate("plan", "-o", "json").stdout
                let shape = try DocumentShape(plan)
                // Other labs may run beside this one, and their hooks are seen.
                let hooks = try JSON.decode(PlanDocument.self, from: Array(plan.utf8)).hooks
                let hook = "hooks.\(try #require(hooks.firstIndex { $0.action == .replace }))"
                #expect(shape.keys().contains("filtering"))
                #expect(shape.keys("maps.0.holders.0") == ["command", "pid", "writable"])
                #expect(shape.keys(hook).isSuperset(of: ["owner"]))
                #expect(shape.keys(hook).isDisjoint(with: ["link_id", "position", "mode"]))
                #expect(shape.keys(hook + ".owner") == ["holders", "pins"])
                #expect(shape.text("membership.filtering") == "nothing filters forwarded packets here")
                let text = try node.migrate("plan").stdout
                #expect(text.contains("held writable by install-cni (pid "), "\(text)")
                #expect(text.contains("nothing filters forwarded packets here"), "\(text)")
            }
        }

        /// A container without the host's processes sees no holder, and must not conclude that there is none.
        @Test func `in a pid namespace of its own the other processes are listed as not seen`() throws {
            try withNode(pods: 1) { node in
                let words = try node.words(["plan", "--membership", "legacy-keys"])
                let result = try node.run(["unshare", "--pid", "--fork", "--mount-proc"] + words)
                #expect(result.stdout.contains("processes outside the pid namespace: "), "\(result)")
                #expect(result.stdout.contains(Code.notObserved.text), "\(result)")
                #expect(!result.stdout.contains("held writable by"), "\(result)")
            }
        }
    }
}
