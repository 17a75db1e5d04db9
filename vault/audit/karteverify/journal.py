"""The journal of a vault: bodies, tail, tiles and checkpoint, and that they tell the same.

Where they differ, the signed checkpoint decides who is right; beyond it the tail.
"""
import fcntl
import hashlib
import os
import re

from . import merkle, note, records

FILE = re.compile(r"([0-9]{4}-[0-9]{2})\.jsonl")
# What `journal.prune` says that went: class/month, first, last, how many, from newer ones the
# SHA-256 of the file.
PRUNED = re.compile(r"([a-z]+)/([0-9-]+) ([0-9]{1,18}) ([0-9]{1,18}) ([0-9]{1,18})(?: [0-9a-f]{64})?")
BATCH = re.compile(rb"batch (0|[1-9][0-9]{0,8}) (0|[1-9][0-9]{0,9}) ([0-9a-f]{64})\n")


class Journal:
    """What of a journal can be read, and what is wrong with it.  `changes` and `system` are the
    records that the rest of the proof needs, by number."""

    def __init__(self, folder, findings, whole):
        self.folder, self.findings = folder, findings
        self.whole = whole  # of a vault, not what its read interface gives
        self.leaf = {}  # n -> hash, from bodies
        self.time = {}
        self.end = dict.fromkeys(records.CLASSES, 0)
        self.tail = {}  # n -> (class, hash, t)
        self.base, self.size = 0, 0
        self.key = self.checkpoint = None
        self.changes, self.system, self.prunings = [], [], {}
        self.bodies = set()
        self.hashes = []  # the leaves that are true
        self.pruned = self.read_count = 0
        self.held = -1  # until this process ends

    def tell(self, what, text):
        self.findings.tell("journal." + what, "journal", "", text)

    def path(self, name):
        return os.path.join(self.folder, *name.split("/"))

    def slurp(self, name):
        try:
            with open(self.path(name), "rb") as file:
                return file.read()
        except OSError:
            return None

    # ---- the small files ----

    def read_key(self):
        data = self.slurp("key.pub")
        self.key = note.verifier(data.decode("utf-8", "replace")) if data else None
        if self.key is None:
            self.tell("key", "key.pub is missing or no key")

    def read_checkpoint(self):
        data = self.slurp("checkpoint")
        try:
            if data is None:
                raise ValueError("it is missing")
            self.checkpoint = note.read(data, self.key)
        except (ValueError, UnicodeError) as why:
            self.tell("checkpoint", f"checkpoint: {why}")

    def read_sealed(self):
        data = self.slurp("sealed")
        found = re.match(rb"karte journal seal 1\nsize (0|[1-9][0-9]{0,17})\ntime [0-9TZ:-]+\n"
                         rb"root [0-9a-f]{64}\n", data or b"")
        if found:
            self.base = int(found.group(1))
        elif data is not None or self.whole:
            self.tell("tail", "sealed is missing or not as the journal writes it")
            self.base = self.checkpoint.size if self.checkpoint else 0

    def read_tail(self):
        data = self.slurp("tail")
        if data is None:
            if self.whole:
                self.tell("tail", "tail is missing")
            return
        at = 0
        try:
            while at < len(data):
                found = BATCH.match(data, at)
                size = int(found.group(2)) if found else 0
                lines = data[found.end():found.end() + size] if found else b""
                if (not found or len(lines) != size
                        or hashlib.sha256(lines).hexdigest().encode() != found.group(3)):
                    break
                self._batch(lines, int(found.group(1)))
                at = found.end() + size
        except ValueError as why:
            self.tell("tail", str(why))
            return
        if at < len(data):
            if b"\nbatch " in data[at:]:
                self.tell("tail", "a batch is damaged and others follow")
            else:
                self.tell("lag", f"tail ends in {len(data) - at} bytes of an unfinished batch")

    def _batch(self, lines, count):
        for line in lines.split(b"\n")[:-1]:
            kind, _, text = line.partition(b" ")
            head = records.peek(text)
            if kind.decode("ascii", "replace") not in records.CLASSES or head is None:
                raise ValueError("tail: a line is no record")
            count -= 1
            if head[0] < self.base:
                continue
            if head[0] != self.base + len(self.tail):
                raise ValueError(f"tail has a gap before record {head[0]}")
            self.tail[head[0]] = (kind.decode(), merkle.leaf(text), head[1])
        if count:
            raise ValueError("tail: a batch has another number of lines than it says")

    def read_size(self):
        """How many records there are; a number that nothing on the disk bears out counts for nothing."""
        tiles = sum(os.path.getsize(os.path.join(at, name)) // 32
                    for at, _, names in os.walk(self.path("tile/0")) for name in names)
        if self.base > tiles + merkle.WIDTH:
            self.tell("tail", f"sealed says {self.base} records, the tiles have room for {tiles}")
            self.base, self.tail = tiles, {}
        self.size = self.base + len(self.tail)
        if not self.whole and self.checkpoint:
            self.size = max(self.size, min(self.checkpoint.size, tiles))
        if self.checkpoint and self.checkpoint.size > self.size:
            self.tell("short", f"there are {self.size} records, the published checkpoint says "
                               f"{self.checkpoint.size}")
            self.checkpoint = None

    # ---- bodies ----

    def read_bodies(self):
        top = self.path("bodies")
        for kind in sorted(os.listdir(top)) if os.path.isdir(top) else []:
            folder = os.path.join(top, kind)
            if kind not in records.CLASSES or not os.path.isdir(folder):
                self.tell("place", f"bodies holds a foreign name: {kind}")
                continue
            for name in sorted(os.listdir(folder)):
                month = FILE.fullmatch(name)
                if month and os.path.isfile(os.path.join(folder, name)):
                    self.bodies.add((kind, month.group(1)))
                else:
                    self.tell("place", f"bodies holds a foreign name: {kind}/{name}")
        for kind, month in sorted(self.bodies):
            self._body(kind, month)

    def _body(self, kind, month):
        name, last = f"bodies/{kind}/{month}.jsonl", 0
        try:
            file = open(self.path(name), "rb")
        except OSError as why:
            self.tell("line", f"{name}: {why.strerror}")
            return
        with file:
            for number, line in enumerate(iter(lambda: file.readline(1 << 20), b""), 1):
                where, torn = f"{name}:{number}", not line.endswith(b"\n")
                line = line.rstrip(b"\n")
                record, head = records.read(kind, line), records.peek(line)
                if record is None:
                    self.tell("lag" if torn else "line",
                              f"{where}: the line is {'torn' if torn else 'no record'}")
                    if torn or head is None:
                        continue
                last = self._place(kind, month, where, head, last, line, record)

    def _place(self, kind, month, where, head, last, line, record):
        n, t = head
        self.read_count += 1
        if records.utc(t)[:7] != month:
            self.tell("place", f"{where}: the record belongs to {records.utc(t)[:7]}")
        if n < last:
            self.tell("order", f"{where}: record {n} stands too late")
        if n >= self.size:
            self.tell("extra", f"{where}: record {n} was never logged")
        elif n in self.leaf:
            self.tell("extra", f"{where}: record {n} is there twice")
        else:
            self.leaf[n], self.time[n] = merkle.leaf(line), t
            self.end[kind] = max(self.end[kind], n + 1)
            if record and kind == "change":
                self.changes.append(record)
            elif record and kind == "system":
                self.system.append(record)
        return max(last, n + 1)

    # ---- what is gone ----

    def check_gone(self):
        for record in self.system:
            found = PRUNED.fullmatch(record.get("object", ""))
            if record["event"] == "journal.prune" and found:
                month = found.group(1, 2)
                if month not in self.bodies and month[0] not in ("change", "system"):
                    self.prunings.setdefault(month, tuple(map(int, found.group(3, 4, 5))))
        gone = []
        for n in range(self.size):
            if n in self.leaf:
                continue
            late = self.tail.get(n)
            if late and n >= self.end[late[0]]:
                self.leaf[n], self.time[n] = late[1], late[2]
                self.tell("lag", f"record {n} is only in tail yet")
            elif any(first <= n <= last for first, last, _ in self.prunings.values()):
                self.pruned += 1
            else:
                gone.append(n)
        self._tell_gone(gone)
        allowed = sum(count for _, _, count in self.prunings.values())
        if self.pruned > allowed:
            self.tell("missing", f"{self.pruned} records are gone, only {allowed} were pruned")

    def _tell_gone(self, gone):
        at = 0
        while at < len(gone):
            to = at
            while to + 1 < len(gone) and gone[to + 1] == gone[to] + 1:
                to += 1
            self.tell("missing", f"records {gone[at]} to {gone[to]} are gone")
            at = to + 1

    def check_times(self):
        last = 0
        for n in sorted(self.time):
            if self.time[n] < last:
                self.tell("time", f"record {n} says a time before that of the record before")
            last = self.time[n]

    # ---- the tree ----

    def tile(self, level, index, width):
        """The hashes of a tile: a partial one may have been completed.  None: it is not there."""
        for w in (width, merkle.WIDTH) if width < merkle.WIDTH else (width,):
            data = self.slurp(merkle.tile_name(level, index, w))
            if data is None:
                continue
            if len(data) != 32 * w:
                return []
            return [data[i:i + 32] for i in range(0, 32 * width, 32)]
        return None

    def _tile_leaves(self, covered):
        """Level 0 as the tiles have it; None where a leaf is in no tile."""
        out, index = [], 0
        while index * merkle.WIDTH < self.size:
            part = self.tile(0, index, merkle.WIDTH)
            if part is None and index == covered // merkle.WIDTH and covered % merkle.WIDTH:
                part = self.tile(0, index, covered % merkle.WIDTH)
            out += (part or []) + [None] * (merkle.WIDTH - len(part or []))
            index += 1
        return out[:self.size]

    def check_tree(self, promises):
        covered = self.checkpoint.size if self.checkpoint else 0
        tiles = self._tile_leaves(covered)
        zero = bytes(32)
        bodies = [self.leaf.get(n) for n in range(self.size)]
        from_bodies = [bodies[n] or tiles[n] or zero for n in range(covered)]
        bodies_hold = bool(self.checkpoint) and merkle.root_of(from_bodies) == self.checkpoint.root
        tiles_hold = (bool(self.checkpoint) and None not in tiles[:covered]
                      and merkle.root_of(tiles[:covered]) == self.checkpoint.root)
        if self.checkpoint and not bodies_hold and not tiles_hold:
            self.tell("root", "neither records nor tiles give the root of the published checkpoint")
        tree = merkle.Tree()
        wanted = sorted(promises)
        for n in range(self.size):
            while wanted and wanted[0][0] == n:
                self._promise(tree, wanted.pop(0))
            truth = self._truth(n, bodies[n], tiles[n], covered, bodies_hold, tiles_hold)
            self._compare(n, truth, bodies[n], tiles[n], covered)
            tree.add(truth or zero)
            self.hashes.append(truth or zero)
            if n + 1 == covered and (bodies_hold or tiles_hold):
                self._upper_tiles(tree)
        for size, root in wanted:
            if size == tree.size:
                self._promise(tree, (size, root))
            else:
                self.tell("promise", f"an old checkpoint had {size} records, there are only {self.size}")
        return tree.root()

    def _truth(self, n, body, tile, covered, bodies_hold, tiles_hold):
        tail = self.tail[n][1] if n in self.tail else None
        if n < covered and bodies_hold:
            return body or tile
        if n < covered and tiles_hold:
            return tile
        if tail is None or (body is not None and body == tile):
            return tile or body
        return tail

    def _compare(self, n, truth, body, tile, covered):
        if body is not None and body != truth:
            self.tell("body", f"record {n} is not the one that was logged")
        if n in self.tail and self.tail[n][1] != truth:
            self.tell("tail", f"record {n} is another one in tail")
        if tile is not None and tile != truth:
            self.tell("tile", f"the leaf of record {n} is wrong in its tile")
        if tile is None and n < covered and n % merkle.WIDTH == 0:
            self.tell("tile", f"the tile with the leaf of record {n} is missing or cut")

    def _upper_tiles(self, tree):
        for level, hashes in enumerate(tree.levels[1:], 1):
            for index in range((len(hashes) + merkle.WIDTH - 1) // merkle.WIDTH):
                want = hashes[index * merkle.WIDTH:(index + 1) * merkle.WIDTH]
                have = self.tile(level, index, len(want))
                if have != want:
                    what = "missing" if have is None else "wrong"
                    self.tell("tile", f"tile {index} of level {level} is {what}")

    def _promise(self, tree, wanted):
        size, root = wanted
        if tree.root()[:len(root)] != root:
            self.tell("fork", f"an old checkpoint of {size} records has another root")

    # ---- all of it ----

    def hold(self):
        """Where this is no copy but a vault at work: no month goes while it is read."""
        try:
            self.held = os.open(self.path("bodies"), os.O_RDONLY | os.O_DIRECTORY)
            fcntl.flock(self.held, fcntl.LOCK_SH)
        except OSError:
            pass  # there are no bodies, or it is a medium without locks: then nothing is removed there

    def check(self, promises):
        self.hold()
        self.read_key()
        self.read_checkpoint()
        self.read_sealed()
        self.read_tail()
        self.read_size()
        self.read_bodies()
        self.check_gone()
        self.check_times()
        root = self.check_tree(promises)
        self.changes.sort(key=lambda r: r["n"])
        self.system.sort(key=lambda r: r["n"])
        return root
