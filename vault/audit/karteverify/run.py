"""The whole proof, part by part."""
import os

from . import note, repos
from .journal import Journal
from .openpgp import Verifier
from .registry import Registry

CLOCK = 120
AHEAD = 256  # signatures that wait for gpgv


class Run:
    def __init__(self, findings, jobs):
        self.findings, self.jobs = findings, jobs
        self.registry = Registry(findings)
        self.host = None  # of the vault
        self.abandoned, self.removed = set(), {}
        self.commits = self.signatures = self.repositories = 0
        self.verifier, self.waiting = None, []
        self.size, self.root = 0, b""

    def journal(self, folder, whole, promises):
        journal = Journal(folder, self.findings, whole)
        self.root = journal.check(promises)
        self.size = journal.size
        if journal.key:
            self.host = journal.key[0].split("/")[0]
        for record in journal.system:
            if record["event"] == "recover.abandon":
                self.abandoned.add(record.get("object"))
            elif record["event"] == "retention.remove" and "repository" in record:
                self.removed[record["repository"]] = record["n"]
        return journal.changes

    def changes(self, paths, changes, clone, only):
        """Repositories against the change records of the journal."""
        records = {}
        for record in changes:
            records.setdefault(record["repository"], []).append(record)
        proofs = {}
        for name in ["registry", *sorted(set(paths) - {"registry"})]:
            known = name == "registry" or name in records  # of others there is nothing to compare
            if known and name in paths and (only is None or name in ("registry", only)):
                proofs[name] = repos.Proof(name, paths[name], records.get(name, []), clone, self)
        self._there(paths, records, clone, only)
        for proof in proofs.values():
            proof.load()
        self._registry(proofs.get("registry"))
        self.verifier = Verifier(self.registry.armored.values(), self.jobs)
        try:
            for proof in proofs.values():
                self.repositories += 1
                proof.check()
                self.settle(0)
                proof.repository.close()
        finally:
            self.verifier.close()
            for proof in proofs.values():
                proof.repository.close()

    def _there(self, paths, records, clone, only):
        for name in sorted(set(paths) - set(records)):
            if name != "registry":
                self.findings.tell("repository.unknown", name, "", "the journal has nothing of it")
        if clone:
            return  # an auditor clones what they look at
        for name in sorted(set(records) | {"registry"}):
            if only is not None and name not in ("registry", only):
                continue
            newest = records[name][-1]["n"] if name in records else -1
            gone = self.removed.get(name, -1) > newest
            if name in paths and gone:
                self.findings.tell("repository.revived", name, "", "it was removed at the end of its retention")
            elif name not in paths and not gone and name != "registry":
                self.findings.tell("repository.missing", name, "",
                                   "the journal has changes of it, but it is not there")

    def _registry(self, proof):
        history = []
        for commit, record in proof.history if proof else []:
            history.append((record["n"] if record else history[-1][0] if history else 0, commit))
        self.registry.load(proof.repository if proof else None, history)

    # ---- signatures ----

    def sign(self, name, commit):
        """Hands a signature over to gpgv."""
        self.commits += 1
        if not commit.signatures:
            self.findings.tell("signature.none", name, commit.oid, "the commit is not signed")
            return
        self.signatures += 1
        if len(commit.signatures) > 1:
            self.findings.tell("signature.unchecked", name, commit.oid, "it has more than one signature")
            return
        future = self.verifier.start(self.commits, commit.signatures[0], commit.signed)
        self.waiting.append((name, commit, future))
        self.settle(AHEAD)

    def settle(self, leave):
        while len(self.waiting) > leave:
            name, commit, future = self.waiting.pop(0)
            self._signed(name, commit, *future.result())

    def _signed(self, name, commit, state, fingerprint):
        words = {"bad": "the signature is bad", "unknown": "the signature is of an unknown key",
                 "unchecked": f"gpgv did not answer: {fingerprint}"}
        if state != "good":
            self.findings.tell("signature." + state, name, commit.oid, words[state])
            return
        key = self.registry.keys.get(fingerprint)
        if key is None:
            self.findings.tell("key.unknown", name, commit.oid,
                               f"signed by {fingerprint}, which the registry does not know")
            return
        late = key["until"] is not None and commit.time > key["until"] + CLOCK
        if commit.time < key["since"] - CLOCK or late:
            self.findings.tell("key.time", name, commit.oid, "the key was not good at that time")
        account = commit.trailer("Karte-Account")
        if account != key["account"] and not (key["account"] == "karte" and account.startswith("os:")):
            self.findings.tell("key.account", name, commit.oid,
                               f"the key is of {key['account']}, the commit says {account}")


def verify(findings, options):
    """Everything that the options name.  ValueError: they cannot be used."""
    run = Run(findings, options.jobs)
    promises = [note.promise(text) for text in options.checkpoint or []]
    whole = options.journal is None
    folder = options.journal or os.path.join(options.vault, "journal")
    if not os.path.isdir(folder):
        raise ValueError(f"{folder} is no folder of a journal")
    changes = run.journal(folder, whole, promises)
    only = f"children/{options.child}" if options.child else None
    if options.clones:
        run.changes(repos.in_clones(options.clones), changes, True, only)
    elif options.vault:
        run.changes(repos.in_vault(options.vault, findings), changes, False, only)
    return run
