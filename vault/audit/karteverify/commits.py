"""A commit object taken apart by its bytes."""
import hashlib
import re

IDENT = re.compile(rb"(.*) <([^<>\n]*)> (-?[0-9]{1,15}) [+-][0-9]{4}")
TRAILER = re.compile(r"([A-Za-z][A-Za-z0-9-]*): (.*)")


class Commit:
    """ValueError: it is not in the order that git writes."""

    def __init__(self, oid, data):
        self.oid, self.sha256 = oid, hashlib.sha256(data).hexdigest()
        head, found, body = data.partition(b"\n\n")
        if not found:
            raise ValueError("a commit has no message")
        data.decode("utf-8")
        self.parents, self.signatures = [], []
        signed, lines = [], head.split(b"\n")
        at = self._plain(lines, signed)
        in_signature = False
        for line in lines[at:]:
            if not line.startswith(b" "):
                in_signature = line.startswith(b"gpgsig ")
                if in_signature:
                    self.signatures.append(line[len(b"gpgsig "):] + b"\n")
            elif in_signature:
                self.signatures[-1] += line[1:] + b"\n"
            if not in_signature:
                signed.append(line)
        self.signed = b"\n".join(signed) + b"\n\n" + body
        self.message = body.decode("utf-8")
        self.trailers = self._trailers()

    def _plain(self, lines, signed):
        """tree, parents, author, committer; the number of these lines."""
        def take(at, key):
            if at >= len(lines) or not lines[at].startswith(key + b" "):
                raise ValueError(f"a commit has no {key.decode()} where it should be")
            return lines[at][len(key) + 1:]

        self.tree = take(0, b"tree").decode("ascii", "replace")
        at = 1
        while at < len(lines) and lines[at].startswith(b"parent "):
            self.parents.append(take(at, b"parent").decode("ascii", "replace"))
            at += 1
        self.author = self._ident(take(at, b"author"))
        self.committer = self._ident(take(at + 1, b"committer"))
        self.time = self.committer[2]
        signed += lines[:at + 2]
        return at + 2

    @staticmethod
    def _ident(line):
        found = IDENT.fullmatch(line)
        if not found:
            raise ValueError("author or committer cannot be read")
        return found.group(1).decode(), found.group(2).decode(), int(found.group(3))

    def _trailers(self):
        paragraphs = self.message.rstrip("\n").split("\n\n")
        out = []
        for line in paragraphs[-1].split("\n") if len(paragraphs) > 1 else []:
            found = TRAILER.fullmatch(line)
            if found:
                out.append((found.group(1), found.group(2)))
        return out

    def trailer(self, name):
        """The first of that name, or ""."""
        return next((value for key, value in self.trailers if key == name), "")
