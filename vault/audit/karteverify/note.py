"""Signed notes (C2SP signed-note) and the checkpoints in them (C2SP tlog-checkpoint)."""
import base64
import binascii
import hashlib
import re

from . import ed25519

ALGORITHM = 1  # Ed25519
DASH = "\u2014 "


def decode(text):
    """Base64 in its one spelling, or None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None


def verifier(text):
    """NAME+ID+KEY of key.pub as (name, id, public key), or None."""
    parts = text.rstrip("\n").split("+", 2)
    if len(parts) != 3:
        return None
    key = decode(parts[2])
    if not parts[0] or key is None or len(key) != 33 or key[0] != ALGORITHM:
        return None
    ident = hashlib.sha256(parts[0].encode() + b"\n" + key).digest()[:4]
    return (parts[0], ident, key[1:]) if ident.hex() == parts[1] else None


class Checkpoint:
    """origin, size and root of a note's text."""

    def __init__(self, text):
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0]:
            raise ValueError("it is no checkpoint")
        if not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise ValueError("the size is malformed")
        root = decode(lines[2])
        if root is None or len(root) != 32:
            raise ValueError("the root is malformed")
        self.origin, self.size, self.root = lines[0], int(lines[1]), root


def read(note, key):
    """The checkpoint of a note (bytes), checked by key; without one unchecked.  ValueError: why."""
    if len(note) > 1 << 20 or not note.endswith(b"\n"):
        raise ValueError("it is no signed note")
    text = note.decode("utf-8", "strict")
    at = text.rfind("\n\n")
    if at < 0:
        raise ValueError("it is no signed note")
    body, signatures = text[:at + 1], text[at + 2:]
    checkpoint = Checkpoint(body)
    if key is None:
        return checkpoint
    name, ident, public = key
    if checkpoint.origin != name:
        raise ValueError("it belongs to another log")
    good = False
    for line in signatures.splitlines():
        if not line.startswith(DASH):
            raise ValueError("a line of signature is malformed")
        who, _, sig = line[len(DASH):].partition(" ")
        data = decode(sig)
        if who != name or data is None or len(data) != 68 or data[:4] != ident:
            continue  # a witness's, or another key's
        if not ed25519.verify(public, body.encode(), data[4:]):
            raise ValueError("the signature is wrong")
        good = True
    if not good:
        raise ValueError("it is not signed by the journal's key")
    return checkpoint


def promise(text):
    """What a reader kept: a whole note, or "1234 5f3a 9c01 77de" from paper, as (size, bytes)."""
    if "\n\n" in text:
        checkpoint = read((text.rstrip("\n") + "\n").encode(), None)
        return checkpoint.size, checkpoint.root
    found = re.fullmatch(r"([0-9]{1,18})[ \t-]+([0-9A-Fa-f \t-]+)", text.strip())
    digits = re.sub(r"[ \t-]", "", found.group(2)) if found else ""
    if len(digits) != 12:
        raise ValueError("it is no checkpoint")
    return int(found.group(1)), bytes.fromhex(digits)
