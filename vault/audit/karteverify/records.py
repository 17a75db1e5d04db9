"""One record of the journal: a line of canonical JSON."""
import calendar
import json
import re
import time

CLASSES = ("change", "read", "access", "session", "admin", "system")
LINE_MAX = 4096
HEAD = re.compile(rb'\{"n":(0|[1-9][0-9]{0,18}),"t":"'
                  rb'([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)",')
HEX = re.compile(r"[0-9a-f]*")
# In the order in which they stand, with the most bytes of each.
FIELDS = {
    "event": 64, "account": 64, "role": 32, "institution": 64, "child": 64, "object": 300,
    "decision": 100, "reason": 500, "request": 64, "salt": 32, "repository": 200, "ref": 200,
    "old": 64, "new": 64, "sha256": 64,
}
OF_CHANGE = ("repository", "ref", "new", "sha256")


def seconds(text):
    """2026-11-21T16:41:07Z as seconds, or None."""
    try:
        at = time.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None
    total = calendar.timegm(at)
    return total if utc(total) == text else None


def utc(total):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(total)) if 0 <= total < 253402300800 else ""


def peek(line):
    """(n, t) of a line, without reading the rest; None if it is no record's."""
    found = HEAD.match(line)
    if not found:
        return None
    at = seconds(found.group(2).decode())
    return None if at is None else (int(found.group(1)), at)


def _fits(name, value):
    data = value.encode("utf-8", "surrogatepass")
    if len(data) > FIELDS[name]:
        return False
    if any(ord(c) < 0x20 or 0x7f <= ord(c) < 0xa0 or c in "\u2028\u2029" for c in value):
        return False
    if name == "event":
        return bool(re.fullmatch(r"[a-z0-9.-]+", value))
    if name in ("salt", "sha256"):
        return len(value) == FIELDS[name] and bool(HEX.fullmatch(value))
    if name in ("old", "new"):
        return len(value) in (40, 64) and bool(HEX.fullmatch(value))
    return True


def _no_doubles(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands there twice")
    return dict(pairs)


def read(kind, line):
    """A record of a class from its line (bytes without the end), or None if it is none."""
    if len(line) > LINE_MAX or peek(line) is None:
        return None
    try:
        text = line.decode("utf-8")
        record = json.loads(text, object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError):
        return None
    keys = [k for k in FIELDS if k in record]
    if not isinstance(record, dict) or set(record) != {"n", "t", "class", *keys} or "event" not in record:
        return None
    if "salt" not in record or not all(isinstance(record[k], str) and _fits(k, record[k]) for k in keys):
        return None
    if record["class"] != kind:
        return None
    again = {"n": record["n"], "t": record["t"], "class": kind, **{k: record[k] for k in keys}}
    if json.dumps(again, ensure_ascii=False, separators=(",", ":")) != text:
        return None
    if kind == "change" and not all(k in record for k in OF_CHANGE):
        return None
    if kind != "change" and "sha256" in record:
        return None
    record["time"] = peek(line)[1]
    return record
