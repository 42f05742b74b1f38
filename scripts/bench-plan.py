"""`migrate plan` beside `bpftool -j map dump` of the same map, inside a lab; time, memory, and how both grow.

Usage: bench-plan.py MIGRATE WORKDIR OBJECT [ENTRIES …]. The two take turns: machines are noisy, and only pairs compare.
"""

import os
import statistics
import subprocess
import sys
import time

MAP = "/sys/fs/bpf/ambient/app_info"
migrate, work, loaded = sys.argv[1:4]
sizes = [int(size) for size in sys.argv[4:]] or [1024, 65_536, 1_000_000]


def measure(argv, accepted=(0,)):
    """Milliseconds, processor milliseconds and the greatest resident set in MiB."""
    start = time.monotonic()
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = process.stderr.read().decode()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = (time.monotonic() - start) * 1000
    assert process.returncode in accepted, (argv, process.returncode, said)
    return spent, (used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024


def main():
    medians = {}
    for size in sizes:
        subprocess.run([sys.executable, f"{os.path.dirname(__file__)}/bench-map.py", loaded, str(size)], check=True)
        os.makedirs(f"{work}/state-{size}", mode=0o700)
        database = f"{work}/state-{size}/migrate.db"
        # 10: a map this large may be more than the neighbor table holds; the plan is made and kept all the same.
        plan = [migrate, "plan", "--private-bpffs", "--membership", "on-link", "-q", "-o", "json"]
        kinds = {
            "bpftool -j map dump": (["bpftool", "-j", "map", "dump", "pinned", MAP], (0,)),
            "migrate plan": (plan + ["--db", database], (0, 10)),
            "migrate plan --no-save": (plan + ["--no-save"], (0, 10)),
        }
        rounds = 15 if size <= 4096 else 7 if size <= 100_000 else 5
        taken = {name: [] for name in kinds}
        for _ in range(rounds):
            for name, (argv, accepted) in kinds.items():
                taken[name].append(measure(argv, accepted))
        print(f"{size} entries, {rounds} alternating rounds, {os.cpu_count()} processors")
        print(f"{'':26}{'median ms':>10}{'min':>8}{'max':>8}{'cpu ms':>8}{'MiB':>8}{'ratio':>8}")
        base = [spent for spent, _, _ in taken["bpftool -j map dump"]]
        for name, rows in taken.items():
            spent, used, held = (list(column) for column in zip(*rows))
            # The median of the pairs' ratios: what disturbs one of a pair mostly disturbs the other.
            ratio = statistics.median(one / other for one, other in zip(spent, base))
            print(f"{name:26}{statistics.median(spent):10.1f}{min(spent):8.1f}{max(spent):8.1f}"
                  f"{statistics.median(used):8.0f}{max(held):8.1f}{ratio:8.2f}", flush=True)
            medians[name, size] = (statistics.median(spent), max(held))
        print()
    for before, after in zip(sizes, sizes[1:]):
        print(f"from {before} to {after} entries ({after / before:.1f} times)")
        for name in ("bpftool -j map dump", "migrate plan"):
            (spent, held), (more, holds) = medians[name, before], medians[name, after]
            print(f"{name:26}{more / spent:7.1f} times as long, {holds - held:+.1f} MiB")


main()
