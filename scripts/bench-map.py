"""A legacy map of any size in the lab: made, put in the place of the deployment's own, and filled by batches.

Usage: bench-map.py OBJECT ENTRIES. What is in it, stated with every figure:
  * the lab's own pods, as they are;
  * up to 1,024 healthy entries: a host route and a permanent neighbor each, an address that pod1 holds;
  * strangers for the rest, addresses nobody here holds, each with a MAC of its own: half name an interface that is
    there, half one that is gone. The node's FIB sends them to the gateway.
"""

import ctypes
import json
import os
import subprocess
import sys

PIN = "/sys/fs/bpf/ambient/app_info"
HEALTHY = 1024
# include/uapi/linux/bpf.h: enum bpf_cmd; the call's number on x86-64 and on arm64.
OBJ_GET, UPDATE_BATCH = 7, 26
NUMBER = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    result = libc.syscall(NUMBER, command, attributes, len(attributes))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"bpf command {command}")
    return result


def run(argv, **options):
    return subprocess.run(argv, check=True, capture_output=True, text=True, **options).stdout


def words(*numbers):
    return b"".join(number.to_bytes(size, "little") for number, size in numbers)


def replace_map(loaded, size):
    """A map of this size, the deployment's program that reads it, in the slot of the one that was there."""
    subprocess.run(["rm", "-rf", PIN, "/sys/fs/bpf/bench"], check=True)
    run(["bpftool", "map", "create", PIN, "type", "hash", "key", "4", "value", "12", "entries", str(size),
         "name", "app_info", "flags", "0"])
    os.mkdir("/sys/fs/bpf/bench")
    run(["bpftool", "prog", "loadall", loaded, "/sys/fs/bpf/bench/p", "map", "name", "app_info", "pinned", PIN])
    run(["tc", "filter", "replace", "dev", "hz", "ingress", "prio", "1", "handle", "1", "bpf", "direct-action",
         "object-pinned", "/sys/fs/bpf/bench/p/ztunnel_host_ingress"])


def update(descriptor, keys, values):
    """BPF_MAP_UPDATE_BATCH, 65,536 at a time."""
    for start in range(0, len(keys) // 4, 65536):
        count = min(65536, len(keys) // 4 - start)
        some = ctypes.create_string_buffer(keys[4 * start:4 * (start + count)], 4 * count)
        said = ctypes.create_string_buffer(values[12 * start:12 * (start + count)], 12 * count)
        bpf(UPDATE_BATCH, words((0, 8), (0, 8), (ctypes.addressof(some), 8), (ctypes.addressof(said), 8), (count, 4),
                                (descriptor, 4), (0, 8), (0, 8)))


def main():
    loaded, size = sys.argv[1], int(sys.argv[2])
    held = json.loads(run(["bpftool", "-j", "map", "dump", "pinned", PIN]))
    before = [(bytes(int(x, 16) for x in e["key"]), bytes(int(x, 16) for x in e["value"])) for e in held] \
        if held and "key" in held[0] and isinstance(held[0]["key"], list) else []
    replace_map(loaded, max(size, len(before)))
    link = json.loads(run(["ip", "-j", "link", "show", "dev", "pod1"]))[0]
    mac = bytes.fromhex(json.loads(run(["ip", "-n", "pod1", "-j", "link", "show", "dev", "eth0"]))[0]["address"]
                        .replace(":", ""))
    keys, values, node, pod = bytearray(), bytearray(), [], []
    for key, value in before:
        keys += key
        values += value
    healthy = min(HEALTHY, size) - len(before)
    for index in range(healthy):
        address = bytes((10, 66, index >> 8, index & 255))
        text = ".".join(map(str, address))
        node += [f"route replace {text} dev pod1 scope link",
                 f"neigh replace {text} lladdr {mac.hex(':')} dev pod1 nud permanent"]
        pod.append(f"addr replace {text}/32 dev eth0")
        keys += address
        values += words((link["ifindex"], 4)) + mac + b"\0\0"
    run(["ip", "-batch", "-"], input="\n".join(node))
    run(["ip", "-n", "pod1", "-batch", "-"], input="\n".join(pod))
    for index in range(size - len(keys) // 4):
        keys += (0x0b000000 + index).to_bytes(4, "big")
        ifindex = link["ifindex"] if index % 2 else 1_000_000 + index % 64
        values += words((ifindex, 4)) + (0x0200_0000_0000 + index).to_bytes(6, "big") + b"\0\0"
    path = ctypes.create_string_buffer(PIN.encode())
    descriptor = bpf(OBJ_GET, words((ctypes.addressof(path), 8), (0, 4), (0, 4)))
    update(descriptor, bytes(keys), bytes(values))


main()
