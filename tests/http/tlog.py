#!/usr/bin/python3
"""A reader of C2SP logs that shares no code with the vault: curl fetches, openssl checks Ed25519.

  tlog.py log URL CA VKEY [OLD]      fetches checkpoint and tiles, recomputes the root from the
                                     leaves and every higher tile, and with OLD (an older note) that
                                     this tree begins with that one; prints size and root
  tlog.py leaves URL CA VKEY FILE    each line of FILE (records as JSON) is the leaf of its number
  tlog.py note VKEY FILE             the signature of a log over a note
  tlog.py cosigned VKEY FILE         the cosignature of a witness (type 0x04); prints its time
  tlog.py inclusion VKEY FILE LEAF   a tlog-proof of the record in the file LEAF
  tlog.py consistency OLD FILE       "old N", hashes, empty line, note: goes on from the note OLD
  tlog.py request OLD-SIZE HASHES NOTE   writes add-checkpoint; HASHES: a file of lines, or -
  tlog.py sign KEY SIZE ROOT         a note over any size and root, by the private key of a log
"""
import base64
import hashlib
import subprocess
import sys
import tempfile

DASH = "\u2014 "


def fail(why):
    sys.exit("tlog.py: " + why)


def curl(url, ca):
    r = subprocess.run(["curl", "-sf", "--max-time", "20", "--cacert", ca, url], capture_output=True)
    if r.returncode:
        fail("cannot fetch %s (%d)" % (url, r.returncode))
    return r.stdout


# ---- notes ---------------------------------------------------------------------------------------


def read_key(vkey, kind):
    name, ident, data = vkey.strip().split("+", 2)
    raw = base64.b64decode(data)
    if raw[0] != kind or len(raw) != 33:
        fail("a key of another kind")
    if hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != ident:
        fail("the id of the key is wrong")
    return name, bytes.fromhex(ident), raw[1:]


def ed25519(public, message, signature):
    with tempfile.TemporaryDirectory() as d:
        for name, data in (("m", message), ("s", signature),
                           ("k", bytes.fromhex("302a300506032b6570032100") + public)):
            with open(d + "/" + name, "wb") as f:
                f.write(data)
        r = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey",
                            d + "/k", "-rawin", "-in", d + "/m", "-sigfile", d + "/s"],
                           capture_output=True)
        return r.returncode == 0


def split(note):
    text, signatures = note.decode("utf-8").rsplit("\n\n", 1)
    return text + "\n", signatures.splitlines()


def parse(text):
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "" or "" in lines[:-1] or lines[1] != str(int(lines[1])):
        fail("a malformed checkpoint")
    return lines[0], int(lines[1]), base64.b64decode(lines[2], validate=True)


def check_log(note, vkey):
    name, ident, public = read_key(vkey, 1)
    text, lines = split(note)
    origin, size, root = parse(text)
    if origin != name:
        fail("another origin")
    for line in lines:
        if not line.startswith(DASH + name + " "):
            continue
        raw = base64.b64decode(line[len(DASH + name + " "):], validate=True)
        if raw[:4] == ident:
            if not ed25519(public, text.encode(), raw[4:]):
                fail("a wrong signature")
            return size, root
    fail("not signed by the log")


def check_witness(note, vkey):
    name, ident, public = read_key(vkey, 4)
    text, lines = split(note)
    for line in lines:
        if not line.startswith(DASH + name + " "):
            continue
        raw = base64.b64decode(line[len(DASH + name + " "):], validate=True)
        if raw[:4] == ident:
            time = int.from_bytes(raw[4:12], "big")
            message = "cosignature/v1\ntime %d\n%s" % (time, text)
            if not ed25519(public, message.encode(), raw[12:]):
                fail("a wrong cosignature")
            return time
    fail("not signed by the witness")


# ---- trees ---------------------------------------------------------------------------------------


def node(a, b):
    return hashlib.sha256(b"\1" + a + b).digest()


def root_of(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    stack = []  # (size, hash) of complete subtrees from the left
    for leaf in leaves:
        stack.append((1, leaf))
        while len(stack) > 1 and stack[-1][0] == stack[-2][0]:
            n, right = stack.pop()
            _, left = stack.pop()
            stack.append((2 * n, node(left, right)))
    h = stack.pop()[1]
    while stack:
        h = node(stack.pop()[1], h)
    return h


def tile_name(level, index, width):
    parts = ["%03d" % (index % 1000)]
    while index >= 1000:
        index //= 1000
        parts.insert(0, "x%03d" % (index % 1000))
    return "tile/%d/%s%s" % (level, "/".join(parts), "" if width == 256 else ".p/%d" % width)


def level_of(url, ca, level, count):
    hashes = []
    for first in range(0, count, 256):
        width = min(256, count - first)
        data = curl(url + "/" + tile_name(level, first // 256, width), ca)
        if len(data) != 32 * width:
            fail("a tile of a wrong length")
        hashes += [data[i:i + 32] for i in range(0, len(data), 32)]
    return hashes


def fetch_log(url, ca, vkey):
    note = curl(url + "/checkpoint", ca)
    size, root = check_log(note, vkey)
    leaves = level_of(url, ca, 0, size)
    if root_of(leaves) != root:
        fail("the tiles do not give the root of the checkpoint")
    level, below = 1, leaves
    while len(below) >= 256:
        hashes = level_of(url, ca, level, len(below) // 256)
        for i, h in enumerate(hashes):
            if root_of(below[256 * i:256 * (i + 1)]) != h:
                fail("tile %d/%d differs from what is below" % (level, i))
        level, below = level + 1, hashes
    return size, root, leaves


def inclusion(leaf, n, size, path, root):
    """RFC 9162 2.1.3.2, by sizes instead of bits."""
    def up(n, size, path):
        if size == 1:
            if path:
                fail("a proof that is too long")
            return leaf
        if not path:
            fail("a proof that is too short")
        k = 1
        while 2 * k < size:
            k *= 2
        if n < k:
            return node(up(n, k, path[:-1]), path[-1])
        return node(path[-1], up(n - k, size - k, path[:-1]))
    if not 0 <= n < size or up(n, size, path) != root:
        fail("the proof of inclusion does not hold")


def consistency(old, old_root, size, root, path):
    """RFC 6962 2.1.2, by sizes: both roots from the same hashes."""
    def up(m, n, path, whole):
        if m == n:
            if whole:
                return old_root, old_root, path
            return path[0], path[0], path[1:]
        k = 1
        while 2 * k < n:
            k *= 2
        if m <= k:
            a, b, rest = up(m, k, path, whole)
            return a, node(b, rest[0]), rest[1:]
        a, b, rest = up(m - k, n - k, path, False)
        return node(rest[0], a), node(rest[0], b), rest[1:]
    try:
        a, b, rest = up(old, size, path, True) if old else (old_root, root, path)
    except IndexError:
        fail("a proof that is too short")
    if rest or a != old_root or b != root:
        fail("the proof of consistency does not hold")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def main(argv):
    what = argv[1]
    if what == "log":
        size, root, leaves = fetch_log(*argv[2:5])
        if len(argv) > 5:
            old, old_root = check_log(read(argv[5]), argv[4])
            if old > size or root_of(leaves[:old]) != old_root:
                fail("the log does not go on from the older checkpoint")
        print(size, root.hex())
    elif what == "leaves":
        size, _, leaves = fetch_log(*argv[2:5])
        count = 0
        for line in read(argv[5]).splitlines():
            n = int(line.split(b",", 1)[0].split(b":")[1])
            if n < size:
                if hashlib.sha256(b"\0" + line).digest() != leaves[n]:
                    fail("record %d is not the leaf" % n)
                count += 1
        print(count)
    elif what == "note":
        size, root = check_log(read(argv[3]), argv[2])
        print(size, root.hex())
    elif what == "cosigned":
        print(check_witness(read(argv[3]), argv[2]))
    elif what == "inclusion":
        head, note = read(argv[3]).split(b"\n\n", 1)
        lines = head.decode().split("\n")
        if lines[0] != "c2sp.org/tlog-proof@v1" or not lines[1].startswith("index "):
            fail("no tlog-proof")
        size, root = check_log(note, argv[2])
        leaf = hashlib.sha256(b"\0" + read(argv[4]).rstrip(b"\n")).digest()
        inclusion(leaf, int(lines[1][6:]), size, [base64.b64decode(x) for x in lines[2:]], root)
        print(int(lines[1][6:]), size)
    elif what == "consistency":
        head, note = read(argv[3]).split(b"\n\n", 1)
        lines = head.decode().split("\n")
        _, old, old_root = parse(split(read(argv[2]))[0])
        _, size, root = parse(split(note)[0])
        if lines[0] != "old %d" % old:
            fail("a proof from another size")
        consistency(old, old_root, size, root, [base64.b64decode(x) for x in lines[1:]])
        print(old, size)
    elif what == "request":
        hashes = b"" if argv[3] == "-" else read(argv[3])
        sys.stdout.buffer.write(b"old %s\n" % argv[2].encode() + hashes + b"\n" + read(argv[4]))
    elif what == "sign":
        text = read(argv[2]).decode().strip()
        name, ident, data = text[len("PRIVATE+KEY+"):].split("+", 2)
        seed = base64.b64decode(data)[1:]
        body = "%s\n%s\n%s\n" % (name, argv[3], argv[4])
        with tempfile.TemporaryDirectory() as d:
            for file, content in (("m", body.encode()),
                                  ("k", bytes.fromhex("302e020100300506032b657004220420") + seed)):
                with open(d + "/" + file, "wb") as f:
                    f.write(content)
            subprocess.run(["openssl", "pkeyutl", "-sign", "-keyform", "DER", "-inkey", d + "/k",
                            "-rawin", "-in", d + "/m", "-out", d + "/s"], check=True)
            signature = read(d + "/s")
        sys.stdout.write("%s\n%s%s %s\n" % (body, DASH, name, base64.b64encode(
            bytes.fromhex(ident) + signature).decode()))
    else:
        fail("what?")


main(sys.argv)
