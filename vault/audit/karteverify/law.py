"""What can be judged from the repositories alone: was the step possible, by this person, then?

Not all that `karte verify` judges: who may see and write which field needs the sheet types.
"""
import datetime
import hashlib
import re

from . import heads, records
from .objects import Damaged

CHILD_MD = {"child.md": "M"}
SHEET = {"sheets/*/*.md": "M"}
ANSWER = {"consents/*.md": "A", "handovers/*/*.md": "AM"}
HANDOVER = {"handovers/*.md": "M"}
FILES_IN, FILES_OUT = {"files/*/*": "A"}, {"files/*/*": "D"}
INSTITUTION = {"institutions/*.yaml": "M"}
PEOPLE = {"accounts/*.yaml": "M", "keys/*.yaml": "AM", "keys/*.asc": "A"}
RANGE = {"ranges/*.yaml": "M"}
SETTINGS = {"settings/access.yaml": "AM", "settings/access-asked.yaml": "AMD"}
PROPOSAL = {"retention/*.yaml": "M"}
TYPES = {"types/*": "AMD", "types/*/*": "AMD", "forms/*": "AMD"}
ADDED = "A"


def _adding(patterns):
    return {pattern: ADDED for pattern in patterns}


# action -> (who: admin, person, anybody, operator; which files change, and how)
OF_CHILD = {
    "child.create": ("admin", _adding(CHILD_MD)), "child.update": ("admin", CHILD_MD),
    "enrol": ("admin", CHILD_MD), "leave": ("admin", CHILD_MD), "transfer": ("admin", CHILD_MD),
    "guardian.add": ("admin", CHILD_MD), "guardian.remove": ("admin", CHILD_MD),
    "guardian.suspend": ("admin", CHILD_MD), "guardian.resume": ("admin", CHILD_MD),
    "protect": ("admin", CHILD_MD), "unprotect": ("admin", CHILD_MD),
    "sheet.create": ("person", _adding(SHEET)), "sheet.save": ("person", SHEET),
    "sheet.restore": ("person", SHEET), "sheet.migrate": ("anybody", SHEET),
    "sheet.submit": ("person", SHEET), "sheet.return": ("person", SHEET),
    "sheet.recall": ("person", SHEET), "sheet.finalise": ("person", SHEET),
    "sheet.revise": ("person", SHEET), "sheet.remove": ("operator", {"sheets/*/*.md": "D"}),
    "sheet.ask": ("person", {**SHEET, "consents/ask-*.md": "A"}),
    "consent.ask": ("person", {"consents/ask-*.md": "A"}),
    "consent.give": ("person", ANSWER), "consent.decline": ("person", ANSWER),
    "consent.revoke": ("person", ANSWER), "consent.paper": ("person", ANSWER),
    "consent.paper.confirm": ("person", ANSWER), "consent.paper.return": ("person", ANSWER),
    "consent.cancel": ("person", ANSWER),
    "handover.ask": ("person", _adding(HANDOVER)), "handover.open": ("person", HANDOVER),
    "handover.confirm": ("person", HANDOVER), "handover.feedback": ("person", HANDOVER),
    "handover.package": ("person", HANDOVER), "handover.close": ("person", HANDOVER),
    "file.add": ("anybody", FILES_IN), "file.remove": ("person", FILES_OUT),
    "release.give": ("operator", FILES_IN), "release.recall": ("operator", FILES_OUT),
}
OF_REGISTRY = {
    "institution.add": ("admin", _adding(INSTITUTION)), "institution.update": ("admin", INSTITUTION),
    "institution.close": ("admin", INSTITUTION), "institution.reopen": ("admin", INSTITUTION),
    "institution.merge": ("admin", INSTITUTION),
    "account.add": ("admin", {**PEOPLE, "accounts/*.yaml": "A"}), "account.update": ("admin", PEOPLE),
    "account.move": ("admin", PEOPLE), "account.disable": ("admin", PEOPLE),
    "account.enable": ("admin", PEOPLE), "account.reset": ("admin", PEOPLE),
    "key.add": ("operator", PEOPLE), "key.retire": ("admin", PEOPLE),
    "range.ask": ("admin", _adding(RANGE)), "range.narrow": ("admin", _adding(RANGE)),
    "range.confirm": ("admin", RANGE), "range.decline": ("admin", RANGE), "range.end": ("admin", RANGE),
    "range.end.ask": ("admin", RANGE), "range.end.decline": ("admin", RANGE),
    "setting.ask": ("admin", SETTINGS), "setting.change": ("admin", SETTINGS),
    "setting.confirm": ("admin", SETTINGS), "setting.decline": ("admin", SETTINGS),
    "retention.ask": ("admin", _adding(PROPOSAL)), "retention.confirm": ("admin", PROPOSAL),
    "retention.decline": ("admin", PROPOSAL), "retention.done": ("operator", PROPOSAL),
    "retention.hold": ("admin", {"holds/*.yaml": "A"}),
    "retention.unhold": ("admin", {"holds/*.yaml": "D"}),
    "type.change": ("operator", TYPES),
}
# action -> {state before: state after}; others leave the state as it is
STEPS = {
    "sheet.submit": {"draft": "review"}, "sheet.ask": {"draft": "consent", "review": "consent"},
    "sheet.finalise": {"draft": "final", "review": "final", "consent": "final"},
    "sheet.return": {"review": "draft", "consent": "draft"},
    "sheet.recall": {"review": "draft", "consent": "draft"}, "sheet.revise": {"final": "draft"},
}
# action -> (states of a proposal before: None is that there was none; state after; who is named)
DECIDES = {
    "retention.ask": ((None,), "asked", "asked-by"),
    "retention.confirm": (("asked",), "confirmed", "confirmed-by"),
    "retention.decline": (("asked", "confirmed"), "declined", "ended-by"),
    "retention.done": (("confirmed",), "done", "ended-by"),
}
SAME_STATE = ("sheet.save", "sheet.restore", "sheet.migrate")
SAYS = ("consent.give", "consent.decline", "consent.revoke")
ROLES = {"admin", "auditor", "household"}
CLOCK = 120


def _matches(path, pattern):
    return re.fullmatch("[^/]*".join(map(re.escape, pattern.split("*"))), path) is not None


def _status(head):
    return head.get("status") or "draft"


def _matter(proposal):
    """What a proposal is about: child, sheet and end of each item."""
    items = proposal.get("items")
    return [tuple(item.get(k, "") for k in ("child", "sheet", "until"))
            for item in (items if isinstance(items, list) else []) if isinstance(item, dict)]


class Law:
    """The walk through one repository, oldest first."""

    def __init__(self, repository, name, registry, findings):
        self.repository, self.name = repository, name
        self.registry, self.findings = registry, findings
        self.actions = OF_REGISTRY if name == "registry" else OF_CHILD
        self.files = {}
        self.submitted = {}  # sheet -> who led it out of draft
        self.papers = {}  # id -> head, of answers on paper that wait for a second person
        self.asks = {}  # id -> (head, at), of asks that are not over

    def commit(self, commit, number):
        """Judges a commit whose record has this number."""
        try:
            files = self.repository.files(commit.tree)
        except Damaged:
            return
        changed = {path: ("A" if path not in self.files else "M")
                   for path, oid in files.items() if self.files.get(path) != oid}
        changed.update({path: "D" for path in self.files if path not in files})
        before, self.files = self.files, files
        at = Step(self, commit, number, before, {p.decode("utf-8", "replace"): k for p, k in changed.items()})
        at.judge()


class Step:
    def __init__(self, law, commit, number, before, changed):
        self.law, self.version, self.number, self.before, self.changed = law, commit, number, before, changed
        self.action, self.account = commit.trailer("Karte-Action"), commit.trailer("Karte-Account")
        self.operator = self.account.startswith("os:")

    def tell(self, code, text):
        self.law.findings.tell("law." + code, self.law.name, self.version.oid, text)

    def _head(self, files, path):
        try:
            data = self.law.repository.content(files[path.encode()])
            return heads.read(data.decode("utf-8"))
        except (KeyError, Damaged, UnicodeError):
            return {}

    def now(self, path):
        return self._head(self.law.files, path)

    def was(self, path):
        return self._head(self.before, path)

    def judge(self):
        rule = self.law.actions.get(self.action)
        if not rule:
            self.tell("action", f"there is no action {self.action!r} in such a repository")
            return
        who, patterns = rule
        for path, how in self.changed.items():
            if not any(_matches(path, pattern) and how in ways for pattern, ways in patterns.items()):
                self.tell("paths", f"{self.action} does not change {path} in this way ({how})")
        if self.operator and who == "person":
            self.tell("operator", f"{self.action} is for persons, not for an operator")
        if not self.operator:
            self.judge_person(who)
        for path in self.changed:
            if re.fullmatch(r"sheets/[^/]+/[^/]+\.md", path):
                self.judge_sheet(path)
            elif path.startswith("consents/"):
                self.judge_consent(path)
            elif path.startswith("ranges/"):
                self.judge_range(path)
            elif path.startswith("retention/"):
                self.judge_proposal(path)
            elif path.startswith("holds/") and self.changed[path] != "D":
                self.judge_hold(path)
            elif re.fullmatch(r"files/[^/]+/meta\.md", path):
                self.judge_file(path)
        if self.action == "sheet.remove":
            self.judge_removal()
        if self.action == "setting.confirm":
            asked = self.was("settings/access-asked.yaml").get("asked-by")
            if asked == self.account:
                self.tell("registry", "who asked for the settings confirmed them, too")

    # ---- who ----

    def judge_person(self, who):
        account = self.law.registry.at("accounts", self.account, self.number)
        if account is None:
            self.tell("account", f"there was no account {self.account!r} then")
            return
        day = (datetime.datetime.fromtimestamp(max(0, min(self.version.time, 1 << 36)), datetime.timezone.utc)
               + datetime.timedelta(hours=9)).strftime("%Y-%m-%d")
        if account.get("disabled") == "true" or (account.get("until") or day) < day:
            self.tell("account", f"the account {self.account} was stopped or over then")
        role, institution = account.get("role"), account.get("institution") or ""
        if role == "staff":
            kind = (self.law.registry.at("institutions", institution, self.number) or {}).get("kind")
        else:
            kind, institution = role, ""
        if self.version.trailer("Karte-Role") != kind:
            self.tell("role", f"it says role {self.version.trailer('Karte-Role')!r}, the registry {kind!r}")
        if self.version.trailer("Karte-Institution") != institution:
            self.tell("role", f"it says institution {self.version.trailer('Karte-Institution')!r}, "
                              f"the registry {institution!r}")
        if who == "admin" and role != "admin":
            self.tell("registry" if self.law.name == "registry" else "relation",
                      f"{self.action} by {self.account}, who was no administrator")
        if who == "operator":
            self.tell("operator", f"{self.action} is done by the vault itself")

    # ---- the workflow ----

    def judge_sheet(self, path):
        if self.changed[path] == "D":
            return
        after, before = _status(self.now(path)), _status(self.was(path))
        if self.action in SAME_STATE and after != before:
            self.tell("workflow", f"{self.action} led {path} from {before} to {after}")
        steps = STEPS.get(self.action)
        if steps is None:
            return
        if steps.get(before) != after:
            self.tell("workflow", f"{self.action} does not lead from {before} to {after}")
        put = self.law.submitted.get(path)
        alone = self.version.trailer("Karte-Review") == "alone"
        if before == "review" and after in ("consent", "final") and put == self.account and not alone:
            self.tell("review", "who put it forward reviewed it, too")
        if self.action == "sheet.return" and put == self.account:
            self.tell("workflow", "it was returned by who put it forward")
        if self.action == "sheet.recall" and put != self.account:
            self.tell("workflow", "it was taken back by somebody who had not put it forward")
        if before == "draft":
            self.law.submitted[path] = self.account

    # ---- consent ----

    def judge_consent(self, path):
        head = self.now(path)
        if path.startswith("consents/ask-"):
            self.law.asks[head.get("id")] = head
            if head.get("by") != self.account:
                self.tell("consent", f"{path} is asked in the name of {head.get('by')!r}")
            return
        if "ask" not in head:
            if head.get("by") and head.get("by") != self.account and head.get("paper") != "true":
                self.tell("consent", f"{path} is an answer in the name of {head.get('by')!r}")
            return
        ask = self.law.asks.get(head["ask"])
        if ask is None:
            self.tell("consent", f"{path} answers an ask that there is not, or that was over")
            return
        self._answer(path, head, ask)
        if self.action == "consent.paper":
            self._paper(path, head)
        elif self.action in ("consent.paper.confirm", "consent.paper.return"):
            self._second(path, head)
        if head.get("cancel") == "true":
            del self.law.asks[head["ask"]]

    def _answer(self, path, head, ask):
        at, asked = records.seconds(str(head.get("at", ""))), records.seconds(str(ask.get("at", "")))
        if at is None or asked is None or at < asked:
            self.tell("consent", f"{path} was answered before it was asked")
        elif abs(at - self.version.time) > CLOCK:
            self.tell("consent", f"{path} says another time than its version")
        if head.get("by") != self.account:
            self.tell("consent", f"{path} is in the name of {head.get('by')!r}")
        if head.get("about") != ask.get("about"):
            self.tell("consent", f"{path} is about something else than what was asked")
        if self.action in SAYS and self.account not in (ask.get("to") or []):
            self.tell("consent", f"{self.account} was not asked")
        if self.action in ("consent.give", "consent.decline"):
            self._text(path, head)

    def _paper(self, path, head):
        """What it agrees to needs a scan and a second person, since the registry says so."""
        agrees = any(item.get("answer") == "agree" for item in head.get("items") or [])
        two = head.get("rule") == "two-people"
        since = self.law.registry.paper_rule
        if agrees and not two and since is not None and since < self.number:
            self.tell("consent", f"{path} agrees without a second person")
        if agrees and two:
            self.law.papers[path[len("consents/"):-len(".md")]] = head
            if f"files/{head.get('file')}/meta.md".encode() not in self.before:
                self.tell("consent", f"{path} has no scan")

    def _second(self, path, head):
        checked = head.get("confirms" if self.action.endswith(".confirm") else "sends-back")
        paper = self.law.papers.pop(checked, None)
        if paper is None or paper.get("ask") != head.get("ask"):
            self.tell("consent", f"{path} is about {checked!r}, which is no paper that waits")
        elif paper.get("by") == self.account and self.version.trailer("Karte-Review") != "alone":
            self.tell("review", f"who wrote {checked} down checked it, too")

    def _text(self, path, head):
        """digest: the sheet's file without its line of the state, as it was when it was answered."""
        sheet = f"sheets/{head.get('about')}.md".encode()
        if "digest" not in head or sheet not in self.before:
            return
        try:
            data = self.law.repository.content(self.before[sheet])
        except Damaged:
            return
        text = re.sub(rb"^status: [^\n]*\n", b"", data, count=1, flags=re.M)
        if hashlib.sha256(text).hexdigest() != head["digest"]:
            self.tell("consent", f"{path} answers another text than the sheet had")

    # ---- files ----

    def judge_file(self, path):
        """What lies beside a meta.md is what that says."""
        head = self.now(path)
        beside = f"{path.rpartition('/')[0]}/{head.get('name')}"
        if self.changed.get(beside, "D") == "D":
            return
        try:
            is_so = self.law.repository.sha256(self.law.files[beside.encode()]) == head.get("sha256")
        except Damaged:
            return  # digest.wrong tells it
        if not is_so:
            self.law.findings.tell("digest.file", self.law.name, self.version.oid,
                                   f"the bytes of {beside} are not those that its meta.md says")

    # ---- ranges ----

    def judge_range(self, path):
        if self.changed[path] == "D":
            return
        head, was = self.now(path), self.was(path)
        asked, confirmed = head.get("asked-by"), head.get("confirmed-by")
        if self.action in ("range.ask", "range.narrow") and asked != self.account:
            self.tell("registry", f"{path} was asked for in the name of {asked!r}")
        if was and head.get("asked-by") != was.get("asked-by"):
            self.tell("registry", f"{path} says somebody else asked for it")
        if self.action == "range.confirm":
            # of an end that was asked for, ended-by asked
            if self.account == (was.get("ended-by") if was.get("state") == "end-asked" else asked):
                self.tell("registry", f"who asked for {path} confirmed it, too")
            if was.get("state") == "asked" and confirmed != self.account:
                self.tell("registry", f"{path} is confirmed in the name of {confirmed!r}")
        if head.get("account") == self.account:
            self.tell("registry", f"{path} is about who wrote it")
        opens = head.get("effect") == "open" and head.get("state") == "in-force"
        if opens and not confirmed and self.action != "range.confirm":
            self.tell("registry", f"{path} opens without a second person")

    # ---- the end of retention ----

    def judge_proposal(self, path):
        if self.changed[path] == "D" or self.action not in DECIDES:
            return  # its path is told
        head, was = self.now(path), self.was(path)
        before, after, named = DECIDES[self.action]
        if was.get("state") not in before or head.get("state") != after:
            self.tell("registry", f"{path} goes from {was.get('state')!r} to {head.get('state')!r}")
        if head.get(named) != self.account:
            self.tell("registry", f"{path} names {head.get(named)!r}")
        if was and any(head.get(k) != was.get(k) for k in ("id", "asked-by", "asked-at", "reason")):
            self.tell("registry", f"{path} says something else than what was asked")
        if was and _matter(head) != _matter(was):
            self.tell("registry", f"{path} is about something else than what was asked")
        if self.action == "retention.confirm" and head.get("asked-by") == self.account:
            self.tell("registry", f"who asked for {path} confirmed it, too")

    def judge_hold(self, path):
        head = self.now(path)
        if path != f"holds/{head.get('child')}.yaml" or head.get("by") != self.account:
            self.tell("registry", f"{path} is of {head.get('child')!r} by {head.get('by')!r}")

    def judge_removal(self):
        """A sheet goes because two administrators decided it, not before its time."""
        ident = self.version.trailer("Karte-Retention")
        head = self.law.registry.at("retention", ident, self.number) or {}
        decided = (self.law.name.removeprefix("children/"), self.version.trailer("Karte-Sheet"))
        due = records.seconds(str(head.get("due", "")))
        if (head.get("state") != "confirmed" or decided not in [matter[:2] for matter in _matter(head)]
                or head.get("confirmed-by") != self.version.trailer("Karte-Confirmed")
                or due is None or self.version.time < due - CLOCK):
            self.tell("review", f"proposal {ident!r} did not decide that")
