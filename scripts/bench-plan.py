"""`migrate plan` beside `bpftool -j map dump` of the same map, inside a lab. Usage: bench-plan.py MIGRATE WORKDIR"""

import json
import os
import statistics
import subprocess
import sys
import time

MAP = "/sys/fs/bpf/ambient/app_info"
ENTRIES = 1024
ROUNDS = 15

migrate, work = sys.argv[1:]


def run(argv, **options):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **options)


def fill():
    """Fills the map to its limit with entries as a healthy node has them: a route and a neighbor each."""
    link = json.loads(run(["ip", "-j", "link", "show", "dev", "pod1"]).stdout)[0]
    mac = run(["ip", "-n", "pod1", "-j", "link", "show", "dev", "eth0"]).stdout
    mac = json.loads(mac)[0]["address"].split(":")
    held = len(json.loads(run(["bpftool", "-j", "map", "dump", "pinned", MAP]).stdout))
    value = [f"{byte:02x}" for byte in link["ifindex"].to_bytes(4, "little")] + mac + ["00", "00"]
    routes, updates = [], []
    for index in range(ENTRIES - held):
        address = (10, 66, index >> 8, index & 255)
        routes.append(f"route add {'.'.join(map(str, address))} dev pod1 scope link")
        routes.append(f"neigh replace {'.'.join(map(str, address))} lladdr {':'.join(mac)} dev pod1 nud permanent")
        key = " ".join(f"{byte:02x}" for byte in address)
        updates.append(f"map update pinned {MAP} key hex {key} value hex {' '.join(value)}")
    run(["ip", "-batch", "-"], input="\n".join(routes))
    with open(f"{work}/updates", "w") as file:
        file.write("\n".join(updates) + "\n")
    run(["bpftool", "batch", "file", f"{work}/updates"])
    held = len(json.loads(run(["bpftool", "-j", "map", "dump", "pinned", MAP]).stdout))
    assert held == ENTRIES, held


def milliseconds(argv, accepted):
    start = time.monotonic()
    done = subprocess.run(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    spent = (time.monotonic() - start) * 1000
    assert done.returncode in accepted, (argv, done.returncode)
    return spent


def main():
    fill()
    database = f"{work}/state/migrate.db"
    # 10: the neighbor table of a small machine may block such a plan; it is made and kept all the same.
    plan = [migrate, "plan", "--private-bpffs", "--membership", "on-link", "-o", "json", "--db", database]
    kinds = {
        "bpftool -j map dump": (["bpftool", "-j", "map", "dump", "pinned", MAP], {0}),
        "migrate plan": (plan, {0, 10}),
        "migrate plan --no-save": (plan + ["--no-save"], {0, 10}),
        "migrate --version": ([migrate, "--version"], {0}),
    }
    times = {name: [] for name in kinds}
    for _ in range(ROUNDS):
        for name, (argv, accepted) in kinds.items():
            times[name].append(milliseconds(argv, accepted))
    base = statistics.median(times["bpftool -j map dump"])
    print(f"{ENTRIES} entries, {ROUNDS} alternating rounds, {os.cpu_count()} processors")
    print(f"{'':26}{'median ms':>10}{'min':>8}{'max':>8}{'ratio':>8}")
    for name, spent in times.items():
        median = statistics.median(spent)
        print(f"{name:26}{median:10.1f}{min(spent):8.1f}{max(spent):8.1f}{median / base:8.2f}")


main()
