"""A drive with a volatile cache, as an NBD server (the protocol: doc/proto.md of the project NetworkBlockDevice/nbd).

What was written counts as kept once a flush came after it. When the power goes, everything kept is there; of the rest the
drive keeps all, nothing, or some of its sectors, as `Loss` says.
"""

import enum
import socket
import struct
import threading

SECTOR = 512
READ, WRITE, DISCONNECT, FLUSH = 0, 1, 2, 3
OPTION_EXPORT_NAME, OPTION_ABORT, OPTION_GO = 1, 2, 7
HAS_FLAGS, SEND_FLUSH, SEND_FUA = 1, 4, 8
COMMAND_FUA = 1
OPTION_MAGIC, REPLY_MAGIC, REQUEST_MAGIC, ANSWER_MAGIC = 0x49484156454F5054, 0x3E889045565A9, 0x25609513, 0x67446698
ACK, INFO, UNSUPPORTED = 1, 3, 0x80000001


class Loss(enum.Enum):
    """What becomes of that which was written and not flushed."""

    NONE = "kept"
    ALL = "lost"
    SOME = "torn"


class Drive:
    def __init__(self, image, path):
        self.unplugged = threading.Event()
        self.unplugged.set()
        self.put(image)
        self.writes = 0
        self.honest = True  # one that lies answers a flush and keeps nothing: a control, which must find harm
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(1)
        threading.Thread(target=self.serve, daemon=True).start()

    def put(self, image):
        """Another disk, once the machine that was there has gone."""
        self.unplugged.wait()
        self.durable, self.seen, self.cached = bytearray(image), bytearray(image), []
        self.stop_at = self.on_stop = None

    def stop(self, count, then):
        """At the write of that number from now: `then` is called, and the write is never answered."""
        with self.lock:
            self.stop_at, self.on_stop = self.writes + count, then

    def cut(self, loss, chance):
        """The power is gone; what the cache held goes as `loss` says. Returns its sectors, and how many were kept."""
        self.unplugged.wait()
        sectors = [
            (offset + at, data[at : at + SECTOR])
            for offset, data in self.cached
            for at in range(0, len(data), SECTOR)
        ]  # fmt: skip
        share = {Loss.NONE: 1.0, Loss.ALL: 0.0, Loss.SOME: chance.random()}[loss]
        kept = [sector for sector in sectors if chance.random() < share]
        for offset, data in kept:
            self.durable[offset : offset + len(data)] = data
        self.put(self.durable)
        return len(sectors), len(kept)

    def serve(self):
        while True:
            connection, _ = self.listener.accept()
            self.unplugged.clear()
            try:
                Session(self, connection).run()
            except (ConnectionError, EOFError):
                pass
            finally:
                connection.close()
                self.unplugged.set()

    def read(self, offset, length):
        with self.lock:
            return bytes(self.seen[offset : offset + length])

    def write(self, offset, data, durable):
        with self.lock:
            self.writes += 1
            self.seen[offset : offset + len(data)] = data
            self.cached.append((offset, data))
            if durable:
                self.keep()
            stop = self.stop_at is not None and self.writes >= self.stop_at
        if stop:
            self.on_stop()
            raise EOFError

    def flush(self):
        with self.lock:
            self.keep()

    def keep(self):
        if not self.honest:
            return
        for offset, data in self.cached:
            self.durable[offset : offset + len(data)] = data
        self.cached = []


class Session:
    def __init__(self, drive, connection):
        self.drive, self.connection = drive, connection

    def run(self):
        if self.negotiate():
            while self.request():
                pass

    def take(self, length):
        data = bytearray()
        while len(data) < length:
            part = self.connection.recv(length - len(data))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def negotiate(self):
        self.connection.sendall(struct.pack(">8sQH", b"NBDMAGIC", OPTION_MAGIC, 1))
        self.take(4)
        size, flags = len(self.drive.seen), HAS_FLAGS | SEND_FLUSH | SEND_FUA
        while True:
            _, option, length = struct.unpack(">QII", self.take(16))
            self.take(length)
            if option == OPTION_EXPORT_NAME:
                self.connection.sendall(struct.pack(">QH", size, flags) + bytes(124))
                return True
            if option == OPTION_ABORT:
                return False
            if option == OPTION_GO:
                self.reply(option, INFO, struct.pack(">HQH", 0, size, flags))
                self.reply(option, ACK)
                return True
            self.reply(option, UNSUPPORTED)

    def reply(self, option, kind, data=b""):
        self.connection.sendall(struct.pack(">QIII", REPLY_MAGIC, option, kind, len(data)) + data)

    def request(self):
        _, flags, command, handle, offset, length = struct.unpack(">IHHQQI", self.take(28))
        data = b""
        if command == READ:
            data = self.drive.read(offset, length)
        elif command == WRITE:
            self.drive.write(offset, self.take(length), flags & COMMAND_FUA)
        elif command == FLUSH:
            self.drive.flush()
        elif command == DISCONNECT:
            return False
        self.connection.sendall(struct.pack(">IIQ", ANSWER_MAGIC, 0 if command <= FLUSH else 22, handle) + data)
        return True
