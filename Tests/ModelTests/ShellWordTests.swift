import Glibc
import Model
import Testing

/// Words that people paste into a root shell.
@Suite struct ShellWordTests {
    @Test(arguments: ["hz", "eth0.100", "/run/netns/pod-1", "a@b"]) func `plain words stay as they are`(_ word: String)
    {
        #expect(word.shellWord == word)
    }

    @Test(arguments: ["", "$(reboot)", "a;b", "it's", "`x`", "a b", "*", "~", "a\\b", "\"", "''"])
    func `a shell gives back what went in`(_ word: String) throws {
        let stream = try #require(popen("printf %s \(word.shellWord)", "r"))
        var buffer = [UInt8](repeating: 0, count: 64)
        let count = fread(&buffer, 1, buffer.count, stream)
        #expect(pclose(stream) == 0)
        #expect(String(decoding: buffer.prefix(count), as: UTF8.self) == word)
    }

    /// Without the comments in front of them.
    private func commands(_ place: BreakGlass.Place, run: String?) -> [String] {
        BreakGlass.commands([place], pins: "/sys/fs/bpf/migrate", run: run).map { text in
            #expect(text.hasPrefix("# ") && text.split(separator: "\n").count == 2)
            return String(text.split(separator: "\n").last ?? "")
        }
    }

    @Test func `break-glass lines at tcx quote, too, and name link or program`() throws {
        var place = BreakGlass.Place(
            netnsPath: nil, interface: "$(x)", kind: .tcx, direction: .ingress, chain: 0, priority: 0, handle: 0,
            protocolName: "all", classID: nil, linkID: 17, programID: 168)
        let linked = try #require(commands(place, run: "r-1").first)
        #expect(linked.hasPrefix("python3 -c 'import ") && linked.contains("b(30,\"3I\",17,0,0)"))
        #expect(linked.hasSuffix("' /sys/fs/bpf/migrate/r-1/legacy_0"))
        place.linkID = nil
        place.replacementID = 191
        let direct = try #require(commands(place, run: "r-1").first)
        #expect(direct.hasSuffix("' /sys/fs/bpf/migrate/r-1/legacy_0 '$(x)' 191"))
        let removal = try #require(commands(place, run: "r-1").last)
        #expect(removal.contains("grep -qE '^(191):'") && removal.contains("ip link show dev '$(x)'"))
        place.replacementID = nil
        let planned = try #require(commands(place, run: nil).first)
        #expect(planned.contains("/sys/fs/bpf/migrate/r-*/legacy_0 '$(x)' $(bpftool prog show"))
        // It has no id to look for; the run's record does.
        let unknown = try #require(commands(place, run: nil).last)
        #expect(
            unknown.contains("in /sys/fs/bpf/migrate/r-*/record; do bpftool") && unknown.contains("[ -n \"$ids\" ]"))
    }

    @Test func `remedies enter the namespace that was named`() {
        let entered = { NamespaceEntry.entered($0, path: "/run/netns/a b") }
        #expect(
            entered("See the rules:  ip rule; ip route get 10.0.0.1")
                == "See the rules:  nsenter --net='/run/netns/a b' ip rule; nsenter --net='/run/netns/a b' ip route get 10.0.0.1"
        )
        for other in ["Raise it:  sysctl -w a.b=1", "Plan:  migrate plan", "Nothing to do, ip or not."] {
            #expect(entered(other) == other)
        }
        #expect(NamespaceEntry.entered("Give it:  ip route add x", path: nil) == "Give it:  ip route add x")
    }

    @Test func `break-glass lines quote an interface's name`() {
        let place = BreakGlass.Place(
            netnsPath: "/run/netns/a;b", interface: "$(x)", kind: .clsact, direction: .ingress, chain: 3, priority: 7,
            handle: 0x10, protocolName: "ip", classID: 0x10002, programID: 168, replacementID: 191)
        #expect(
            commands(place, run: "r-1") == [
                "nsenter --net='/run/netns/a;b' tc filter replace dev '$(x)' ingress chain 3 prio 7 handle 0x10"
                    + " protocol ip bpf direct-action classid 1:2 object-pinned /sys/fs/bpf/migrate/r-1/legacy_0",
                "if { sleep 1 && loaded=$(bpftool prog show) && ! echo \"$loaded\" | grep -qE '^(191):'"
                    + " && { nsenter --net='/run/netns/a;b' tc filter show dev '$(x)' ingress prio 7"
                    + " | grep -qw 'id 168' || ! nsenter --net='/run/netns/a;b' ip link show dev '$(x)'; }; }"
                    + " >/dev/null 2>&1; then rm -r /sys/fs/bpf/migrate/r-1"
                    + " && rmdir --ignore-fail-on-non-empty /sys/fs/bpf/migrate;"
                    + " else echo 'a hook is not back: the pins stay' >&2; false; fi",
            ])
    }
}
