"""A heal beside the attach that it follows. Usage: bench-heal.py MIGRATE STATE

Runs in a lab with a converted proxy. Each round brings another proxy's veth, has tc attach the legacy program to it as the
deployment's agent does, and waits until `watch --heal` has converted it: milliseconds from the notification to the end of
the flip, as the watch says. Beside them: tc's own attach, and what a whole `migrate plan` takes, which is what a heal does
only after the flip.
"""

import os
import re
import statistics
import subprocess
import sys
import time

ROUNDS = 9
MAC, GATEWAY = "ee:ee:ee:ee:ee:ee", "169.254.1.1"
migrate, state = sys.argv[1:3]
name = os.environ.get("NODE_NAME") or os.uname().nodename
node = ["--private-bpffs", "--db", f"{state}/migrate.db"]


def sh(script):
    subprocess.run(["sh", "-euc", script], check=True, stdout=subprocess.DEVNULL)


def timed(action):
    start = time.monotonic()
    action()
    return (time.monotonic() - start) * 1000


class Watch:
    def __init__(self):
        self.said = open(f"{state}/watch", "wb")
        self.process = subprocess.Popen([migrate, "watch", "--node", name, "--heal", "--confirm-after", "1s", "--limit", "60", *node],
                                        stdout=self.said, stderr=subprocess.STDOUT)

    def lines(self):
        with open(f"{state}/watch", encoding="utf-8", errors="replace") as file:
            return file.read().splitlines()

    def wait(self, text, times=1, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [line for line in self.lines() if text in line]
            if len(found) >= times:
                return found[-1]
            time.sleep(0.01)
        raise SystemExit(f"bench-heal: the watch did not say {text!r} {times} times:\n" + "\n".join(self.lines()))


def main():
    os.makedirs(state, mode=0o700, exist_ok=True)
    quiet = {"check": True, "stdout": subprocess.DEVNULL}
    subprocess.run([migrate, "plan", "--membership", "on-link", "--out", f"{state}/plan.json", *node], **quiet)
    subprocess.run([migrate, "apply", "--node", name, "--confirm-within", "none", *node, f"{state}/plan.json"], **quiet)
    (run,) = [pin for pin in os.listdir("/sys/fs/bpf/migrate") if pin.startswith("r-")]
    watch = Watch()
    taken = {"heal": [], "tc filter replace": [], "migrate plan": []}
    try:
        watch.wait("hooks: 1 committed")
        for turn in range(1, ROUNDS + 1):
            link, inside = f"hz{turn + 1}", f"eth{turn + 1}"
            sh(f"ip link add {link} address {MAC} type veth peer name {inside} netns ztunnel;"
               f"ip link set {link} up; ip -n ztunnel link set {inside} up;"
               f"ip -n ztunnel neigh replace {GATEWAY} lladdr {MAC} dev {inside} nud permanent; tc qdisc add dev {link} clsact")
            attach = (f"tc filter replace dev {link} ingress prio 1 handle 1 bpf direct-action "
                      f"object-pinned /sys/fs/bpf/migrate/{run}/legacy_0")
            taken["tc filter replace"].append(timed(lambda: sh(attach)))
            line = watch.wait(f"healed: {link} ")
            taken["heal"].append(int(re.search(r" (\d+) ms after it was heard of", line).group(1)))
            watch.wait("confirmed: ", turn)
            taken["migrate plan"].append(timed(lambda: subprocess.run([migrate, "plan", "--no-save", "-q", *node], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)))
            sh(f"ip link del {link}")
            watch.wait("closed: run ", turn)
    finally:
        watch.process.terminate()
        watch.process.wait(30)
    print(f"{ROUNDS} rounds, alternating; a heal's milliseconds are its own, from the notification to the end of the flip")
    for what, values in taken.items():
        print(f"  {what:18} median {statistics.median(values):7.1f} ms, {min(values):.1f} to {max(values):.1f}")
    print(f"  heal / plan        {statistics.median(one / other for one, other in zip(taken['heal'], taken['migrate plan'])):.2f}")


main()
