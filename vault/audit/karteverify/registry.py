"""Who there was, and which key was whose, at each record of the journal: from the registry's own
history, oldest first."""
import bisect
import re

from . import heads, openpgp, records
from .objects import Damaged

KEY_FILE = re.compile(rb"keys/([0-9A-F]{40})\.(asc|yaml)")
ACCOUNT_FILE = re.compile(rb"accounts/([a-z0-9-]{1,32})\.yaml")
INSTITUTION_FILE = re.compile(rb"institutions/([a-z0-9-]{1,32})\.yaml")
PROPOSAL_FILE = re.compile(rb"retention/([a-z0-9-]{1,32})\.yaml")
STATES = (("accounts", ACCOUNT_FILE), ("institutions", INSTITUTION_FILE), ("retention", PROPOSAL_FILE))


class Registry:
    """Keys as they were first registered; accounts, institutions and proposals as they were."""

    def __init__(self, findings):
        self.findings = findings
        self.armored = {}  # fingerprint -> packets, as first registered
        self.keys = {}  # fingerprint -> {account, since, until}, newest
        self.paper_rule = None  # the record from which on a paper needs a second person
        self.states = {}  # (folder, id) -> ([numbers], [heads])

    def tell(self, code, version, text):
        self.findings.tell(code, "registry", version, text)

    def load(self, repository, history):
        """history: [(number of the record, commit)], oldest first."""
        before, blobs = {}, {}
        for number, commit in history:
            try:
                files = repository.files(commit.tree)
            except Damaged:
                continue  # the digest of this commit tells it
            for path, oid in files.items():
                if before.get(path) != oid:
                    self._file(repository, commit, number, path, oid, blobs)
            for path in set(before) - set(files):
                self._gone(commit, number, path)
            before = files
        if not history:
            self.tell("registry.missing", "", "the registry cannot be read")

    def _file(self, repository, commit, number, path, oid, blobs):
        key = KEY_FILE.fullmatch(path)
        if path == b"types/RULES" and self.paper_rule is None:
            self.paper_rule = number
        try:
            text = repository.content(oid).decode("utf-8")
        except (Damaged, UnicodeError):
            if key:
                self.tell("registry.key", commit.oid, f"{path.decode()} cannot be read")
            return
        if key and key.group(2) == b"asc":
            self._armored(commit, key.group(1).decode(), text, oid, blobs)
        elif key:
            self._key(commit, key.group(1).decode(), heads.read(text))
        for folder, pattern in STATES:
            found = pattern.fullmatch(path)
            if found:
                self._state(folder, found.group(1).decode(), number, heads.read(text))

    def _armored(self, commit, name, text, oid, blobs):
        if blobs.setdefault(name, oid) != oid:
            self.tell("key.changed", commit.oid, f"keys/{name}.asc is not what was first registered")
            return
        try:
            packets = openpgp.dearmor(text)
            if openpgp.fingerprint(packets) != name:
                raise ValueError("it is another key")
            self.armored[name] = packets
        except ValueError as why:
            self.tell("registry.key", commit.oid, f"keys/{name}.asc: {why}")

    def _key(self, commit, name, head):
        since = records.seconds(str(head.get("since", "")))
        until = records.seconds(str(head.get("until", "")))
        if head.get("fingerprint") != name or since is None or ("until" in head and until is None):
            self.tell("registry.key", commit.oid, f"keys/{name}.yaml cannot be read")
            return
        old = self.keys.get(name)
        if old and (old["account"] != head.get("account") or old["since"] != since):
            self.tell("key.changed", commit.oid, f"keys/{name}.yaml says another account or beginning")
        if old and old["until"] is not None and old["until"] != until:
            self.tell("key.changed", commit.oid, f"keys/{name}.yaml says another end than before")
        self.keys[name] = {"account": head.get("account"), "since": since, "until": until}

    def _gone(self, commit, number, path):
        key, account = KEY_FILE.fullmatch(path), ACCOUNT_FILE.fullmatch(path)
        if key:
            self.tell("key.changed", commit.oid, f"{path.decode()} was taken out")
        if account:
            self._state("accounts", account.group(1).decode(), number, None)

    def _state(self, folder, name, number, head):
        numbers, states = self.states.setdefault((folder, name), ([], []))
        numbers.append(number)
        states.append(head)

    def at(self, folder, name, number):
        """The head of one of these just before a record; None: there was none."""
        numbers, states = self.states.get((folder, name), ([], []))
        at = bisect.bisect_left(numbers, number)
        return states[at - 1] if at else None
