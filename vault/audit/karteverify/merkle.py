"""The Merkle tree of RFC 6962, section 2.1, and the tiles of C2SP tlog-tiles."""
import hashlib

WIDTH = 256


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


class Tree:
    """Leaves one after the other; the roots of what came so far, and all hashes at heights 0, 8 …"""

    def __init__(self):
        self.size = 0
        self.stack = []  # roots of whole subtrees, largest first: one for each bit of size
        self.levels = [[]]  # [n][i]: the hash of leaves i*256^n to (i+1)*256^n - 1

    def add(self, hashed):
        self.levels[0].append(hashed)
        n, height = self.size, 0
        while n & 1:
            hashed = node(self.stack.pop(), hashed)
            n >>= 1
            height += 1
            if height % 8 == 0:
                while len(self.levels) <= height // 8:
                    self.levels.append([])
                self.levels[height // 8].append(hashed)
        self.stack.append(hashed)
        self.size += 1

    def root(self):
        if not self.stack:
            return hashlib.sha256(b"").digest()
        total = self.stack[-1]
        for left in reversed(self.stack[:-1]):
            total = node(left, total)
        return total


def root_of(leaves):
    tree = Tree()
    for one in leaves:
        tree.add(one)
    return tree.root()


def tile_name(level, index, width):
    """The path of a tile: tile/0/x001/234, with .p/W for one that is not full."""
    parts = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        parts.insert(0, f"x{index % 1000:03d}")
    name = f"tile/{level}/" + "/".join(parts)
    return name if width == WIDTH else f"{name}.p/{width}"
