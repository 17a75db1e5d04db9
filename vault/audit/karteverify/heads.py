"""The small YAML in which Karte writes its heads: one key a line, lists of flow maps or texts."""
import re

KEY = re.compile(r"([A-Za-z0-9][A-Za-z0-9_.-]*):(?: (.*))?")
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", '"': '"', "\\": "\\", "/": "/", "e": "\x1b",
           "a": "\a", "b": "\b", "v": "\v", "f": "\f"}


def _quoted(text, at):
    out, at = [], at + 1
    while at < len(text) and text[at] != '"':
        if text[at] == "\\" and at + 1 < len(text):
            mark = text[at + 1]
            width = {"x": 2, "u": 4, "U": 8}.get(mark, 0)
            digits = text[at + 2:at + 2 + width]
            if width and re.fullmatch("[0-9A-Fa-f]+", digits) and int(digits, 16) < 0x110000:
                out.append(chr(int(digits, 16)))
            else:
                out.append(ESCAPES.get(mark, mark))
            at += 2 + width
        else:
            out.append(text[at])
            at += 1
    return "".join(out), at + 1


def scalar(text):
    text = text.strip()
    if text.startswith('"'):
        return _quoted(text, 0)[0]
    if text.startswith("'") and text.endswith("'") and len(text) > 1:
        return text[1:-1].replace("''", "'")
    return text


def flow(text):
    """{a: b, c: "d"} as a dictionary."""
    out, at, key, word = {}, 1, None, ""
    while at < len(text):
        c = text[at]
        if c == '"' and not word.strip():
            word, at = _quoted(text, at)
            if key is not None:
                out[key], key = word, None
            word = ""
            while at < len(text) and text[at] not in ",}":
                at += 1
            continue
        if c == ":" and key is None and text[at + 1:at + 2] in (" ", ""):
            key, word = word.strip(), ""
        elif c in ",}":
            if key is not None:
                out[key] = scalar(word)
            key, word = None, ""
        else:
            word += c
        at += 1
    return out


def read(text):
    """The keys of a file, or of the head between two lines of ---."""
    lines = text.split("\n")
    if lines and lines[0] == "---":
        end = lines.index("---", 1) if "---" in lines[1:] else len(lines)
        lines = lines[1:end]
    out, key = {}, None
    for line in lines:
        found = KEY.fullmatch(line)
        if found:
            key = found.group(1)
            out[key] = scalar(found.group(2) or "")
        elif key and line.startswith("  - "):
            if not isinstance(out[key], list):
                out[key] = []
            item = line[4:]
            out[key].append(flow(item) if item.startswith("{") else scalar(item))
    return out
