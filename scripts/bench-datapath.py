"""What `migrate-lab cost`, `race` and `growth` measured, as tables. Usage: bench-datapath.py FILE …

Medians, and the ratio to the legacy program's median. "from … to" is the middle half of the ratios of single rounds: each
round measured everybody once, within seconds. "legacy again" is the legacy program a second time; what its ratio is off 1
is noise, and no other ratio is known better than that.
"""

import json
import statistics
import sys

# Of the legacy program: (metric, egress) -> comparison and bound. What is aimed at; see docs/performance.md.
TARGETS = {
    ("round-trip", "neigh"): ("at most", 1.03),
    ("packets", "neigh"): ("at least", 0.97),
    ("forwarding", "neigh"): ("at least", 0.97),
    ("bulk", "neigh"): ("at least", 0.97),
    ("packets", "peer"): ("at least", 1.20),
    ("forwarding", "peer"): ("at least", 1.20),
    ("bulk", "peer"): ("at least", 1.20),
}
UNITS = {
    "cost": ("ns per packet, program only", 1),
    "round-trip": ("µs per TCP round trip", 1e3),
    "packets": ("1,000 UDP packets per second, socket to socket", 1e3),
    "forwarding": ("1,000 small frames per second, interface to unread socket", 1e3),
    "bulk": ("MB per second, one TCP connection, default offloads", 1e6),
}


def quarters(samples, base):
    """The middle half of the ratios of single rounds."""
    single = [one / other for one, other in zip(samples, base)]
    low, _, high = statistics.quantiles(single, n=4) if len(single) > 1 else single * 3
    return low, high


def ratio(samples, base):
    return statistics.median(samples) / statistics.median(base)


def noise(series):
    """How far a ratio can be off: what the legacy program shows beside itself."""
    again = series.get("legacy again")
    if not again:
        return 0
    low, high = quarters(again, series["legacy"])
    # The median of n rounds is known better than one round is.
    return max(abs(ratio(again, series["legacy"]) - 1), (high - low) / 2 / len(again) ** 0.5)


def verdict(metric, name, found, uncertain):
    words = name.split()
    comparison, bound = TARGETS.get((metric, words[1]), (None, None)) if words[0] == "ours" else (None, None)
    if not comparison:
        return ""
    reached = found <= bound if comparison == "at most" else found >= bound
    said = "reached" if reached else "NOT REACHED"
    return f"  {comparison} {bound:.2f}: {said if abs(found - bound) > uncertain else said + ', within the noise'}"


def show(table):
    unit, divisor = UNITS[table["metric"]]
    series = {each["name"]: each["samples"] for each in table["series"]}
    base = series["legacy"]
    uncertain = noise(series)
    entries = f", {table['entries']:,} destinations in turn" if table["entries"] else ""
    known = f"; a ratio is known to ±{uncertain:.3f}" if uncertain else ""
    print(f"{table['deployment']}, {table['addresses']}{entries}: {unit}; {len(base)} rounds{known}")
    print(f"  {'':38}{'median':>10}{'ratio':>8}{'from':>8}{'to':>7}")
    for name, samples in series.items():
        low, high = quarters(samples, base)
        found = ratio(samples, base)
        middle = statistics.median(samples) / divisor
        print(f"  {name:38}{middle:10.{0 if divisor == 1 else 2}f}{found:8.3f}{low:8.3f}{high:7.3f}"
              f"{verdict(table['metric'], name, found, uncertain)}")
    print()


def main():
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            for table in json.load(file)["tables"]:
                show(table)


main()
