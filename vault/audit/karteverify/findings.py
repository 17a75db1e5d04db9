"""What is wrong, in one list, with the same codes as `karte verify`."""
import json
import sys


def printable(text):
    """What came from files may hold anything: one line, no control characters."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:400]


class Findings:
    """Tells each finding once, as a line of text or of JSON."""

    def __init__(self, as_json, out=None):
        self.as_json = as_json
        self.out = out or sys.stdout
        self.seen = set()
        self.count = 0

    def tell(self, code, repository, version, text):
        repository, version, text = printable(repository), printable(version or ""), printable(text)
        key = (code, repository, version, text)
        if key in self.seen:
            return
        self.seen.add(key)
        self.count += 1
        if self.as_json:
            row = {"code": code, "repository": repository, "version": version, "text": text}
            self.line(json.dumps({k: v for k, v in row.items() if v}, ensure_ascii=False))
        else:
            at = "@" + version if version else ""
            self.line(f"{code}: {repository}{at}: {text}")

    def line(self, text):
        self.out.write(text.encode("utf-8", "replace").decode("utf-8") + "\n")
