"""Public keys of the registry, and signatures by gpgv with these keys and no others."""
import base64
import binascii
import concurrent.futures
import hashlib
import os
import re
import subprocess
import tempfile

ARMOR = re.compile(r"-----BEGIN PGP PUBLIC KEY BLOCK-----\n(?:[A-Za-z]+: .*\n)*\n"
                   r"([A-Za-z0-9+/=\n]+?)\n=[A-Za-z0-9+/]{4}\n-----END PGP PUBLIC KEY BLOCK-----")
GOOD_HASHES = {"8", "9", "10"}  # SHA-256, SHA-384, SHA-512 (RFC 4880, 9.4)
OF_BYTES = {"00"}  # a signature over bytes, not over text (RFC 4880, 5.2.1)


def dearmor(text):
    """The packets of one armored public key; ValueError."""
    found = ARMOR.search(text)
    if not found:
        raise ValueError("no armored public key")
    try:
        return base64.b64decode(found.group(1).replace("\n", ""), validate=True)
    except binascii.Error as why:
        raise ValueError("the armor is damaged") from why


def fingerprint(packets):
    """Of the first packet, which must be a version 4 public key (RFC 4880, 12.2); ValueError."""
    if len(packets) < 6 or not packets[0] & 0x80:
        raise ValueError("no packet")
    if packets[0] & 0x40:
        tag, first = packets[0] & 0x3f, packets[1]
        size, at = (first, 2) if first < 192 else (((first - 192) << 8) + packets[2] + 192, 3)
    else:
        tag, width = packets[0] >> 2 & 15, (1, 2, 4)[min(packets[0] & 3, 2)]
        size, at = int.from_bytes(packets[1:1 + width], "big"), 1 + width
    body = packets[at:at + size]
    if tag != 6 or len(body) != size or not body or body[0] != 4:
        raise ValueError("no version 4 public key")
    return hashlib.sha1(b"\x99" + len(body).to_bytes(2, "big") + body).hexdigest().upper()


class Verifier:
    """gpgv over many signatures, several at a time."""

    def __init__(self, keys, jobs):
        self.folder = tempfile.TemporaryDirectory(prefix="karte-verify.")
        self.ring = os.path.join(self.folder.name, "keys.gpg")
        with open(self.ring, "wb") as file:
            file.write(b"".join(keys))
        self.pool = concurrent.futures.ThreadPoolExecutor(jobs)

    def close(self):
        self.pool.shutdown(cancel_futures=True)
        self.folder.cleanup()

    def start(self, number, signature, data):
        """A future of (state, fingerprint)."""
        return self.pool.submit(self._one, number, signature, data)

    def _one(self, number, signature, data):
        names = [os.path.join(self.folder.name, f"{number}.{end}") for end in ("sig", "data")]
        for name, content in zip(names, (signature, data)):
            with open(name, "wb") as file:
                file.write(content)
        try:
            run = subprocess.run(["gpgv", "--homedir", self.folder.name, "--keyring", self.ring,
                                  "--status-fd", "1", *names], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60,
                                 check=False)
        except (OSError, subprocess.TimeoutExpired) as why:
            return "unchecked", str(why)
        finally:
            for name in names:
                os.unlink(name)
        return judge(run.returncode, run.stdout.decode("utf-8", "replace"))


def judge(code, status):
    """What gpgv said: ("good", fingerprint), ("bad", ""), ("unknown", "") or ("unchecked", why)."""
    lines = [line.split()[1:] for line in status.splitlines() if line.startswith("[GNUPG:] ")]
    words = [line[0] for line in lines if line]
    valid = [line for line in lines if line and line[0] == "VALIDSIG"]
    if "BADSIG" in words:
        return "bad", ""
    if code == 0 and len(valid) == 1 and words.count("NEWSIG") <= 1 and len(valid[0]) >= 11:
        if valid[0][8] not in GOOD_HASHES or valid[0][9] not in OF_BYTES:
            return "bad", ""
        return "good", valid[0][10]
    if any(line[0] == "ERRSIG" and line[-1:] == ["9"] or line[0] == "NO_PUBKEY" for line in lines if line):
        return "unknown", ""
    return "bad", ""
