"""A machine under software emulation, and the power cord of it."""

import base64
import json
import os
import select
import signal
import socket
import subprocess
import time


class PowerGone(Exception):
    """The machine is off, though somebody still waits for an answer."""


class Machine:
    """`template`: a file that holds a machine which has booted; without it this one boots."""

    def __init__(self, at, scratch, template=None):
        self.scratch, self.template = scratch, template
        for name in ("line", "qmp"):
            if os.path.exists(f"{scratch}/{name}"):
                os.unlink(f"{scratch}/{name}")
        command = [
            "qemu-system-x86_64", "-accel", "tcg", "-icount", "shift=2,align=off", "-cpu", "max", "-smp", "1", "-m", "1024",
            "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none",
            "-chardev", f"file,id=console,path={scratch}/console,append=on", "-serial", "chardev:console",
            "-chardev", f"socket,id=line,path={scratch}/line,server=on,wait=off", "-serial", "chardev:line",
            "-qmp", f"unix:{scratch}/qmp,server=on,wait=off",
            "-kernel", f"{at}/vmlinuz", "-initrd", f"{at}/initramfs",
            "-append", "console=ttyS0 quiet panic=-1 mitigations=off rdinit=/powercut",
            "-drive", f"file={at}/root.img,if=virtio,format=raw,readonly=on",
            "-drive", f"file=nbd+unix:///?socket={scratch}/drive,if=virtio,format=raw,cache=writeback",
        ]  # fmt: skip
        if template:
            command += ["-incoming", f"exec:cat {template}"]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        self.number = 0
        try:
            self.line, self.heard = self.connect("line"), b""
            if template:
                # What is sent before the machine is all there would be lost.
                ask = self.monitor()
                while ask("query-status")["return"]["status"] != "running":
                    time.sleep(0.02)
            else:
                self.read()
        except BaseException:
            self.kill()
            raise

    def connect(self, name):
        link = socket.socket(socket.AF_UNIX)
        while True:
            try:
                link.connect(f"{self.scratch}/{name}")
                return link
            except (FileNotFoundError, ConnectionRefusedError):
                if self.process.poll() is not None:
                    raise PowerGone("the emulator did not start") from None
                time.sleep(0.05)

    def monitor(self):
        """A function that asks the emulator itself (docs/interop/qmp-spec of qemu)."""
        monitor = self.connect("qmp").makefile("rwb")
        monitor.readline()

        def ask(name, **arguments):
            monitor.write(json.dumps({"execute": name, "arguments": arguments}).encode() + b"\n")
            monitor.flush()
            while True:
                answer = json.loads(monitor.readline() or "null")
                if answer is None:
                    raise PowerGone
                if "event" not in answer:
                    return answer

        ask("qmp_capabilities")
        return ask

    def read(self):
        while b"\n" not in self.heard:
            try:
                part = self.line.recv(1 << 16)
            except ConnectionError:
                part = b""
            if not part:
                raise PowerGone
            self.heard += part
        line, _, self.heard = self.heard.partition(b"\n")
        return line.decode().split()

    def begin(self, command):
        """Gives a command; returns when the machine begins with it."""
        self.number += 1
        try:
            self.line.sendall(f"{self.number} {command}\n".encode())
        except ConnectionError:
            raise PowerGone from None
        while self.read()[:2] != [str(self.number), "begin"]:
            pass

    def end(self):
        """The exit code of what was begun, and what it printed."""
        words = self.read()
        return int(words[1]), base64.b64decode(words[2]).decode(errors="replace") if len(words) > 2 else ""

    def answers(self, late):
        """Whether the answer comes before `late` says so."""
        while not self.heard and not select.select([self.line], [], [], 0.001)[0]:
            if late():
                return False
        return True

    def spent(self):
        """Seconds of processor time of the emulator: of a busy machine a better clock than the wall's."""
        try:
            return time.clock_gettime((~self.process.pid << 3) | 2)  # clock_getcpuclockid(3)
        except OSError:
            raise PowerGone from None

    def run(self, command):
        self.begin(command)
        return self.end()

    def save(self, template):
        """Puts the whole machine into a file, and ends it."""
        ask = self.monitor()
        ask("migrate-set-parameters", **{"max-bandwidth": 1 << 40})
        answer = ask("migrate", uri=f"exec:cat >{template}")
        if "error" in answer:
            raise RuntimeError(answer["error"]["desc"])
        while (status := ask("query-migrate")["return"].get("status")) not in ("completed", "failed"):
            time.sleep(0.2)
        self.kill()
        if status == "failed":
            os.unlink(template)
            raise RuntimeError("the machine could not be saved")

    def pull(self):
        """The power cord."""
        self.process.send_signal(signal.SIGKILL)

    def kill(self):
        self.pull()
        self.process.wait()
