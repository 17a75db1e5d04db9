"""A client with one TLS connection: signs in, reads forms, sends them.  For the benches."""

import html.parser
import http.client
import ssl
import time
import urllib.parse


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
