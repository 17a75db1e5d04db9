"""Repositories against the journal: one record for each commit, one commit for each record."""
import os
import re

from .commits import Commit
from .law import Law
from .objects import Damaged, Repository

CHILD = re.compile(r"c[0-9abcdefghjkmnpqrstvwxyz]{9}")
NAME = re.compile(r"[a-z0-9-]{1,32}")
CLOCK = 120
MAIN = "refs/heads/main"


def in_vault(folder, findings):
    """{name in the journal: path} of a vault's folder."""
    out = {}
    if os.path.isdir(os.path.join(folder, "registry.git")):
        out["registry"] = os.path.join(folder, "registry.git")
    for kind, pattern in (("children", CHILD), ("institutions", NAME), ("households", NAME)):
        _folds(os.path.join(folder, kind), kind, pattern, out, findings)
    apart = os.path.join(folder, "apart")
    for area in sorted(os.listdir(apart)) if os.path.isdir(apart) else []:
        _folds(os.path.join(apart, area), "apart/" + area, CHILD, out, findings)
    return out


def _folds(top, kind, pattern, out, findings):
    for fold in sorted(os.listdir(top)) if os.path.isdir(top) else []:
        inner = os.path.join(top, fold)
        for entry in sorted(os.listdir(inner)) if os.path.isdir(inner) else []:
            if entry.startswith((".new-", ".gone-")):
                continue  # half made or half removed in a crash
            ident = entry[:-4] if entry.endswith(".git") else entry
            right = entry.endswith(".git") and pattern.fullmatch(ident) and ident[-2:] == fold
            if right:
                out[f"{kind}/{ident}"] = os.path.join(inner, entry)
            else:
                findings.tell("repository.unknown", f"{kind}/{fold}/{entry}", "", "nobody made it")


def in_clones(folder):
    """The same of clones: registry, C, with .git at the end or not."""
    out = {}
    for entry in sorted(os.listdir(folder)):
        ident = entry[:-4] if entry.endswith(".git") else entry
        if os.path.isdir(os.path.join(folder, entry)) and (ident == "registry" or CHILD.fullmatch(ident)):
            out[ident if ident == "registry" else f"children/{ident}"] = os.path.join(folder, entry)
    return out


def head_of(refs, clone):
    """Where the branch is, and references that should not be there."""
    if clone and "refs/remotes/origin/main" in refs:
        extra = [name for name in refs if name not in ("refs/remotes/origin/main", MAIN, "refs/remotes/origin/HEAD")]
        return refs["refs/remotes/origin/main"], extra
    return refs.get(MAIN), [name for name in refs if name != MAIN]


class Proof:
    """One repository."""

    def __init__(self, name, path, records, clone, run):
        self.name, self.clone, self.run, self.findings = name, clone, run, run.findings
        self.repository = Repository(path)
        self.records = records  # its change records, by number
        self.history = []  # [(commit, its record or None)], oldest first

    def tell(self, code, version, text):
        self.findings.tell(code, self.name, version, text)

    def load(self):
        """Walks the branch back and finds each commit's record."""
        refs = self.repository.refs()
        head, extra = head_of(refs, self.clone)
        for name in extra:
            self.tell("branch.extra", "", f"there is another reference, {name}")
        left = {}
        for record in self.records:
            left.setdefault(record["new"], []).append(record)
        seen, oid = set(), head
        while oid and oid not in seen:
            seen.add(oid)
            try:
                commit = Commit(oid, self.repository.read(oid, "commit"))
            except (Damaged, ValueError) as why:
                self.tell("repository.corrupt", "", f"a commit cannot be read: {why}")
                break
            record = left[oid].pop() if left.get(oid) else None
            self.history.append((commit, record))
            oid = commit.parents[0] if commit.parents else None
        self.history.reverse()
        self._branch(head, left)

    def _branch(self, head, left):
        abandoned = self.run.abandoned
        due = [r for r in self.records if not (r["new"] in abandoned and not self.repository.has(r["new"]))]
        if due and due[-1]["new"] != head:
            self.tell("branch.elsewhere", head, "the branch is not at the newest version of the journal")
        for records in left.values():
            for record in records:
                if record in due:
                    self.tell("commit.missing", record["new"],
                              "the journal records it, the history does not have it")

    def check(self):
        law = Law(self.repository, self.name, self.run.registry, self.findings)
        previous = -1
        for commit, record in self.history:
            self._commit(commit, record)
            if record and record["n"] < previous:
                self.tell("commit.parent", commit.oid, "its record is older than that of the version before")
            previous = record["n"] if record else previous
            law.commit(commit, record["n"] if record else previous + 1)

    def _commit(self, commit, record):
        if len(commit.parents) > 1:
            self.tell("commit.merge", commit.oid, "the vault makes no merges")
        if record is None:
            self.tell("commit.unrecorded", commit.oid, "the journal has no record of this commit")
        else:
            self._record(commit, record)
        self._author(commit)
        self._digest(commit)
        self.run.sign(self.name, commit)

    def _record(self, commit, record):
        if record.get("old", "") != (commit.parents[0] if commit.parents else ""):
            self.tell("commit.parent", commit.oid, "its parent is not the version that the journal names")
        if commit.sha256 != record["sha256"]:
            self.tell("commit.bytes", commit.oid, "its SHA-256 is not the one in the journal")
        if abs(commit.time - record["time"]) > CLOCK:
            self.tell("commit.time", commit.oid, "its time is more than two minutes from that of its record")
        for trailer, field in (("Request", "request"), ("Account", "account"), ("Action", "event")):
            if commit.trailer("Karte-" + trailer) != record.get(field, ""):
                self.tell("commit.trailers", commit.oid, "its trailers say something else than the journal")
                return

    def _author(self, commit):
        account, host = commit.trailer("Karte-Account"), self.run.host
        person = account[3:] if account.startswith("os:") else account
        if host is None:
            return
        if commit.author[1] != f"{person}@{host}" or commit.committer[:2] != ("karte", f"karte@{host}"):
            self.tell("commit.author", commit.oid, "author or committer are not who the trailers name")
        elif commit.author[2] != commit.committer[2]:
            self.tell("commit.author", commit.oid, "author and committer say different times")

    def _digest(self, commit):
        said = [value for key, value in commit.trailers if key == "Karte-Digest"]
        try:
            if not said:
                self.tell("digest.missing", commit.oid, "it has no Karte-Digest")
            elif said != ["sha256:" + self.repository.digest(commit.tree)]:
                raise Damaged("the digest differs")
        except Damaged:
            self.tell("digest.wrong", commit.oid, "its content is not what Karte-Digest says")
