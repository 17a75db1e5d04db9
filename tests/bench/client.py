"""A client with one TLS connection: signs in, reads forms, sends them.  For the benches."""

import base64
import hashlib
import hmac
import html.parser
import http.client
import pathlib
import re
import ssl
import time
import urllib.parse

DEMO = pathlib.Path(__file__).parents[2] / "content/demo/demo.yaml"
STEP = 30  # seconds


def one_time_password(secret, step):
    """RFC 6238: SHA-1, six digits."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[19] & 15
    return f"{(int.from_bytes(digest[at:at + 4], 'big') & 0x7fffffff) % 1000000:06}"


def secret_of(account):
    """That of the demo's account; None: it has no second step."""
    found = re.search(rf"id: {re.escape(account)},.*totp: ([A-Z2-7]+)", DEMO.read_text("utf-8"))
    return found and found[1]


class Form(html.parser.HTMLParser):
    """The fields of the first form whose action ends in a given path, as a browser sends them."""

    def __init__(self, action):
        super().__init__(convert_charrefs=True)
        self.action, self.fields = action, []
        self.inside = self.area = self.select = None

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if tag == "form":
            self.inside = a.get("action", "").endswith(self.action)
        elif not self.inside:
            return
        elif tag == "input" and a.get("name"):
            if a.get("type") not in ("checkbox", "radio") or "checked" in a:
                self.fields.append((a["name"], a.get("value", "")))
        elif tag == "textarea":
            self.area = [a["name"], ""]
        elif tag == "select":
            self.select = [a["name"], None]
        elif tag == "option" and self.select:
            if self.select[1] is None or "selected" in a:
                self.select[1] = a.get("value", "")

    def handle_data(self, data):
        if self.area:
            self.area[1] += data

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.area:
            self.fields.append((self.area[0], self.area[1].removeprefix("\n")))
            self.area = None
        elif tag == "select" and self.select:
            self.fields.append((self.select[0], self.select[1] or ""))
            self.select = None


class Client:
    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.origin = url
        self.cookies = {}
        self.connection = http.client.HTTPSConnection(parts.hostname, parts.port, context=context)

    def request(self, method, path, fields=None):
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = self.origin
        begin = time.perf_counter()
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        self.seconds = time.perf_counter() - begin
        self.location = answer.getheader("Location")
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie = value.split(";")[0]
                self.cookies[cookie.partition("=")[0]] = cookie.partition("=")[2]
        return answer.status, text

    def form(self, page, action):
        status, text = self.request("GET", page)
        assert status == 200, (page, status)
        parser = Form(action)
        parser.feed(text)
        return parser.fields

    def sign_in(self, account, password):
        fields = [f for f in self.form("/login", "/login") if f[0] not in ("account", "password")]
        status, _ = self.request("POST", "/login",
                                 fields + [("account", account), ("password", password)])
        assert status == 303, status
        if self.location == "/login/code":
            self.second_step(secret_of(account))

    def second_step(self, secret):
        """Each code counts once, and others may have signed in as the same person just now."""
        fields = [f for f in self.form("/login/code", "/login/code") if f[0] != "code"]
        step = int(time.time()) // STEP - 1
        status = None
        while status != 303:
            status, _ = self.request("POST", "/login/code",
                                     fields + [("code", one_time_password(secret, step))])
            assert status in (303, 422), status
            step += 1
            time.sleep(max(0, (step - 1) * STEP - time.time()))
