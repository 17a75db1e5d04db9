#!/usr/bin/python3
"""
Runs Debian's wapiti 3.0.4 so that it ends in time, stays on this machine and sees every kind of page.

    wapiti.py SECONDS NOTES WAPITI-ARGUMENT...

SECONDS is for the attacks, each module has its share of what is left.  NOTES is a file to be
written: what was crawled and attacked, as JSON (see judge.py).

What is changed in wapiti, and why:
  -x         raises an error with Python 3.11; what ends the session is left out here instead.
  scope      a karte has thousands of sheets, and each save makes a new version with a new address:
             two of a kind are crawled, whatever their ids.
  parameters the same field of the same kind of page is attacked once; modules that try hundreds of
             texts in each field do so with a few fields of each page.
  time       is kept per module, and a module that has had its own ends in good order.
  modules    those that call home (wapp, nikto, ssrf, xxe) are not even loaded, and a connection to
             anything but the loopback is an error.
"""
import json
import re
import socket
import sys
import time
from collections import defaultdict
from urllib.parse import parse_qsl, quote, urlsplit

from wapitiCore.attack import attack
from wapitiCore.main import wapiti
from wapitiCore.net import crawler
from wapitiCore.net.web import Request

SAME_KIND = 2  # addresses of a kind that are crawled
FIELDS = 6  # of a page that the long modules attack
LONG = ("exec", "file", "blindsql")
MODULES = ("crlf", "csp", "cookieflags", "http_headers", "redirect", "htaccess", "methods", "csrf",
           "xss", "permanentxss", "sql", "exec", "file", "blindsql")
SHARES = {"xss": 4, "sql": 2}  # of the time; others 1
# What ends one's own session, changes how one signs in, or locks the scanned role or its institution
# out; the page that leads there is looked at where it has an address of its own.
ENDS_SESSION = re.compile(r"/logout|/account/(sessions|password|factors/drop)"
                          r"|/admin/accounts/[^/]+/(disable|reset)"
                          r"|/admin/institutions/[^/]+/(close|merge)")


def kind(resource):
    """GET /children/:child/sheets/:n?page&q: an address without what differs between two of a kind"""
    url, method, names = resource, "GET", []
    if isinstance(resource, Request):
        url, method = resource.url, resource.method
        names = [name for name, _ in resource.post_params + resource.file_params]
    parts = urlsplit(url)
    path = re.sub(r"/c[0-9a-hjkmnp-tv-z]{9}(?=[/.]|$)", "/:child", parts.path)
    path = re.sub(r"/[0-9a-f]{40}(?=[/.]|$)", "/:version", path)
    path = re.sub(r"/\d+(?=[/.]|$)", "/:n", path)
    path = re.sub(r"(?<=^/admin/accounts)/(?!new$|import$|slips$|template\.csv$)[^/]+", "/:account", path)
    path = re.sub(r"(?<=^/admin/institutions)/(?!new$)[^/]+", "/:institution", path)
    path = re.sub(r"(?<=/guardians)/[^/]+", "/:account", path)
    path = re.sub(r"(?<=^/admin/access/ranges)/(?!new$)[^/]+", "/:range", path)
    path = re.sub(r"\.[0-9a-f]{16}\.", ".", path)
    query = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    shown = method + " " + path + ("?" + "&".join(query) if query else "")
    # forms of one page are told apart by their fields, but not by how many rows a table has
    return shown, ",".join(sorted({field(name) for name in names}))


def field(name):
    return re.sub(r"\d+", "n", name)


class Late(Exception):
    """The module that is at work has had its time."""


def distinct(names):
    """One of each kind of field, in their order."""
    return list({field(name): name for name in reversed(list(names))}.values())[::-1]


class Run:
    """What one run has seen, and the clock of the module that is at work."""

    def __init__(self, seconds):
        self.seen = defaultdict(set)
        self.kinds = set()  # that were let in
        self.forms = {}
        self.attacked = defaultdict(set)
        self.fields = set()
        self.late = set()
        self.requests = 0
        self.seconds = seconds
        self.end = None  # of all modules, from the first on
        self.module, self.module_end, self.left = "", 0, 0

    def start(self, module):
        now = time.monotonic()
        self.end = self.end or now + self.seconds
        share = SHARES.get(module, 1)
        self.module, self.module_end = module, now + max(1, (self.end - now) * share / self.left)
        self.left -= share

    def allows(self, resource):
        url = resource.url if isinstance(resource, Request) else resource
        if ENDS_SESSION.search(url):
            return False
        seen = self.seen[kind(resource)]
        if url in seen or len(seen) < SAME_KIND:
            seen.add(url)
            return True
        return False

    def in_time(self):
        if self.end is not None and time.monotonic() > self.module_end:
            self.late.add(self.module)
            raise Late

    def answered(self, request, page):
        """Called for each request; what is met while crawling is told to whoever comes next."""
        self.requests += 1
        if self.end is not None or page.status in (403, 404, 405) or page.status >= 500:
            return
        shown, names = kind(request)
        self.kinds.add(shown)
        pairs = request.get_params + request.post_params
        if pairs and not request.file_params:
            self.forms.setdefault((shown, names), {
                "kind": shown, "url": request.url, "data": request.encoded_data,
                "names": distinct(name for name, _ in pairs if name != "csrf")[:FIELDS]})

    def leaves_out(self, request):
        """The parameters of this request that the module need not attack."""
        page = kind(request)[0]
        done, now, out = self.attacked[self.module, page], set(), set()
        for name, _ in request.get_params + request.post_params + request.file_params:
            like = field(name)
            # xss asks with one text each, and comes back to what is echoed
            again = like in now or (like in done and self.module != "xss")
            if again or (self.module in LONG and len(done | now) >= FIELDS):
                out.add(quote(name))
            else:
                now.add(like)
        done |= now
        self.fields.update(page + " " + name for name in now)
        return out

    def notes(self):
        return {"kinds": sorted(self.kinds), "forms": list(self.forms.values()),
                "fields": len(self.fields), "requests": self.requests, "late": sorted(self.late)}


def mend(run):
    in_scope = crawler.Crawler.is_in_scope
    send = crawler.Crawler.send
    mutate = attack.Mutator.mutate
    init = wapiti.Wapiti._init_attacks
    connect = socket.socket.connect

    def is_in_scope(self, resource):
        return in_scope(self, resource) and run.allows(resource)

    def counted(self, *args, **kwargs):
        run.in_time()
        page = send(self, *args, **kwargs)
        run.answered(args[0], page)
        return page

    def fewer(self, request):
        skipped = self._skip_list
        self._skip_list = skipped | run.leaves_out(request)
        for mutated in mutate(self, request):
            run.in_time()
            yield mutated
        self._skip_list = skipped

    def in_turn(self):
        init(self)
        used = [module for module in self.attacks if module.do_get or module.do_post]
        run.left = sum(SHARES.get(module.name, 1) for module in used)
        for module in used:
            module.attack = timed(module)

    def timed(module):
        inner = module.attack

        def started():
            run.start(module.name)
            try:
                yield from inner()
            except Late:
                pass
        return started

    def near(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and \
                not address[0].startswith("127.") and address[0] not in ("::1", "localhost"):
            raise ConnectionRefusedError("not on this machine: %s" % address[0])
        return connect(self, address)

    crawler.Crawler.is_in_scope = is_in_scope
    crawler.Crawler.send = counted
    attack.Mutator.mutate = fewer
    wapiti.Wapiti._init_attacks = in_turn
    socket.socket.connect = near
    attack.modules[:] = ["mod_" + name for name in MODULES]


def main():
    seconds, notes = float(sys.argv[1]), sys.argv[2]
    run = Run(seconds)
    mend(run)
    sys.argv[1:] = sys.argv[3:] + ["-m", ",".join(MODULES)]
    try:
        wapiti.wapiti_main()
    finally:
        with open(notes, "w", encoding="utf-8") as out:
            json.dump(run.notes(), out, indent=1)


main()
