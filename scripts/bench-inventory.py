"""A whole inventory beside iproute2's of the same objects. Usage: bench-inventory.py MIGRATE

Runs in a lab, whose own network namespaces hold: 200 more namespaces with five veth pairs each (2,000 ends, 1,000 of them
on the node), and on the node 5,000 routes and 5,000 permanent neighbors. `migrate plan --no-save` reads all of it, finds
every hook and program, asks the kernel about the map and decides; `ip` only prints, in four calls, since it has no other
way. gc_thresh3 stays: permanent neighbors do not count.
"""

import os
import statistics
import subprocess
import sys
import time

NAMESPACES, VETHS, ROUTES, NEIGHBORS, ROUNDS = 200, 5, 5000, 5000, 7
migrate = sys.argv[1]


def batch(lines, *options):
    subprocess.run(["ip", *options, "-batch", "-"], input="\n".join(lines), check=True, text=True,
                   stdout=subprocess.DEVNULL)


def fill():
    batch([f"netns add b{index}" for index in range(NAMESPACES)])
    links = [f"link add v{space}-{index} type veth peer name e{index} netns b{space}"
             for space in range(NAMESPACES) for index in range(VETHS)]
    batch(links)
    batch([f"link set v{space}-{index} up" for space in range(NAMESPACES) for index in range(VETHS)])
    for space in range(NAMESPACES):
        batch([f"addr add 10.70.{space}.{index + 1}/32 dev e{index}" for index in range(VETHS)], "-n", f"b{space}")
    device = lambda index: f"v{index // VETHS % NAMESPACES}-{index % VETHS}"
    batch([f"route add 10.{71 + (index >> 16)}.{index >> 8 & 255}.{index & 255} dev {device(index)} scope link"
           for index in range(ROUTES)])
    batch([f"neigh add 10.{71 + (index >> 16)}.{index >> 8 & 255}.{index & 255} lladdr 02:00:00:00:{index >> 8:02x}:"
           f"{index & 255:02x} dev {device(index)} nud permanent" for index in range(NEIGHBORS)])


def milliseconds(commands, accepted=(0,)):
    start = time.monotonic()
    for argv in commands:
        done = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        assert done.returncode in accepted, (argv, done.returncode, done.stderr)
    return (time.monotonic() - start) * 1000


def main():
    fill()
    everywhere = [["ip", "-all", "netns", "exec", "ip", "-j", *what] for what in
                  (["-d", "link"], ["address"], ["route", "show", "table", "all"], ["neigh"])]
    here = [argv[4:] for argv in everywhere]
    plan = [migrate, "plan", "--private-bpffs", "--membership", "on-link", "-q", "-o", "json", "--no-save"]
    taken = {"ip -j": [], "migrate plan": []}
    for _ in range(ROUNDS):
        # `-all` leaves out the namespace one is in.
        taken["ip -j"].append(milliseconds(everywhere + here))
        taken["migrate plan"].append(milliseconds([plan], (0, 10)))
    ratio = statistics.median(one / other for one, other in zip(taken["migrate plan"], taken["ip -j"]))
    print(f"{NAMESPACES} namespaces, {NAMESPACES * VETHS} veth pairs, {ROUTES} routes, {NEIGHBORS} neighbors, "
          f"{ROUNDS} alternating rounds")
    for name, spent in taken.items():
        print(f"{name:26}{statistics.median(spent):10.1f} ms (from {min(spent):.1f} to {max(spent):.1f})")
    print(f"{'ratio':26}{ratio:10.2f}")


main()
