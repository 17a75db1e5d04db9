"""The objects and references of a git repository, read without trusting it.

Loose objects are read here; what is in packs is asked of git, in an empty repository of our own
that only borrows the objects: nothing of the other's configuration is read or run.  Every object
is hashed again, whoever read it.
"""
import hashlib
import os
import re
import subprocess
import tempfile
import zlib

OBJECT_MAX = 1 << 29
REFS_MAX = 10000
OID = re.compile(r"[0-9a-f]{40}")


class Damaged(Exception):
    """An object that is missing, cannot be read, or is not what its name says."""


def git_environment(home):
    keep = {k: os.environ[k] for k in ("PATH", "TMPDIR") if k in os.environ}
    return {**keep, "HOME": home, "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_DIR": home}


class Packs:
    """`git cat-file --batch` over another repository's objects; started when it is first needed."""

    def __init__(self, folder):
        self.folder, self.process, self.home = folder, None, None

    def _start(self):
        if self.home is None:
            self.home = tempfile.TemporaryDirectory(prefix="karte-verify.")
            for name in ("objects", "refs"):
                os.mkdir(os.path.join(self.home.name, name))
            with open(os.path.join(self.home.name, "HEAD"), "w", encoding="ascii") as file:
                file.write("ref: refs/heads/main\n")
        environment = git_environment(self.home.name)
        environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = os.path.abspath(self.folder)
        self.process = subprocess.Popen(["git", "cat-file", "--batch"], env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)

    def read(self, oid):
        if self.process is None or self.process.poll() is not None:
            self._start()
        try:
            self.process.stdin.write(oid.encode() + b"\n")
            self.process.stdin.flush()
            head = self.process.stdout.readline().split()
            if len(head) != 3 or head[0] != oid.encode() or int(head[2]) > OBJECT_MAX:
                raise Damaged(f"{oid} is missing or damaged")
            data = self.process.stdout.read(int(head[2]) + 1)[:-1]
        except (OSError, ValueError) as why:
            self.close()
            raise Damaged(f"{oid} cannot be read from a pack") from why
        except Damaged:
            if self.process.poll() is not None or len(head) == 3:
                self.close()
            raise
        return head[1].decode(), data

    def close(self):
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None


class Repository:
    """One repository: a bare one, or a clone with its .git beside the files."""

    def __init__(self, path):
        inner = os.path.join(path, ".git")
        self.path = inner if os.path.isdir(inner) else path
        self.objects = os.path.join(self.path, "objects")
        self.packs = Packs(self.objects)
        self.blobs = {}  # oid -> SHA-256 of the content
        self.flat = {}  # oid of a tree -> {path: oid of the blob}

    def close(self):
        self.packs.close()

    # ---- objects ----

    def _loose(self, oid):
        path = os.path.join(self.objects, oid[:2], oid[2:])
        try:
            with open(path, "rb") as file:
                engine = zlib.decompressobj()
                data = engine.decompress(file.read(OBJECT_MAX), OBJECT_MAX)
        except FileNotFoundError:
            return None
        except (OSError, zlib.error) as why:
            raise Damaged(f"{oid} cannot be read") from why
        head, found, content = data.partition(b"\0")
        kind, _, size = head.partition(b" ")
        if not found or not engine.eof or size != str(len(content)).encode():
            raise Damaged(f"{oid} is no object")
        return kind.decode("ascii", "replace"), content

    def read(self, oid, kind):
        """The content of an object of this kind; Damaged."""
        if not OID.fullmatch(oid):
            raise Damaged(f"{oid!r} is no name of an object")
        is_kind, data = self._loose(oid) or self.packs.read(oid)
        if hashlib.sha1(b"%s %d\0" % (is_kind.encode(), len(data)) + data).hexdigest() != oid:
            raise Damaged(f"{oid} is not what its name says")
        if is_kind != kind:
            raise Damaged(f"{oid} is a {is_kind}, not a {kind}")
        return data

    def has(self, oid):
        try:
            self.read(oid, "commit")
        except Damaged:
            return False
        return True

    def _entries(self, oid):
        data, at = self.read(oid, "tree"), 0
        while at < len(data):
            end = data.find(b"\0", at)
            mode, _, name = data[at:end].partition(b" ")
            if end < 0 or end + 21 > len(data) or not name or b"/" in name:
                raise Damaged(f"{oid} is no tree")
            yield mode, name, data[end + 1:end + 21].hex()
            at = end + 21

    def files(self, tree, depth=0):
        """{path (bytes): oid} of all files below a tree; Damaged."""
        if tree not in self.flat:
            if depth > 16:
                raise Damaged("folders too deep")
            out = {}
            for mode, name, oid in self._entries(tree):
                if mode == b"40000":
                    for path, blob in self.files(oid, depth + 1).items():
                        out[name + b"/" + path] = blob
                else:
                    out[name] = oid
            self.flat[tree] = out
        return self.flat[tree]

    def content(self, oid):
        return self.read(oid, "blob")

    def sha256(self, oid):
        if oid not in self.blobs:
            self.blobs[oid] = hashlib.sha256(self.content(oid)).hexdigest()
        return self.blobs[oid]

    def digest(self, tree):
        """What Karte-Digest should say: SHA-256 over "PATH SHA256" of each file, sorted by path."""
        total = hashlib.sha256()
        for path, oid in sorted(self.files(tree).items()):
            total.update(path + b" " + self.sha256(oid).encode() + b"\n")
        return total.hexdigest()

    # ---- references ----

    def refs(self):
        """{name: oid or text}; what cannot be read has the value ""."""
        out = {}
        try:
            with open(os.path.join(self.path, "packed-refs"), "rb") as file:
                for line in file.read(1 << 24).split(b"\n"):
                    oid, _, name = line.decode("utf-8", "replace").partition(" ")
                    if OID.fullmatch(oid) and name:
                        out[name] = oid
        except OSError:
            pass
        for at, _, names in os.walk(os.path.join(self.path, "refs")):
            for name in names:
                full = os.path.join(at, name)
                try:
                    with open(full, "rb") as file:
                        value = file.read(1000).decode("utf-8", "replace").strip()
                except OSError:
                    value = ""
                out[os.path.relpath(full, self.path).replace(os.sep, "/")] = value
                if len(out) > REFS_MAX:
                    return out
        return out
