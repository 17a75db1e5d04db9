#!/usr/bin/python3
"""
A server with the faults that the scanners are to find; if they do not find them, their silence about
ours means nothing.

    bad.py CERT KEY        prints its address and serves on the loopback until it is ended

It echoes a text as markup, puts a text into SQL, sets a cookie for every script, speaks TLS 1.0 with
ciphers of its time, renegotiates for whoever asks, and waits for one client at a time.
"""
import html
import socket
import sqlite3
import ssl
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

DB = sqlite3.connect(":memory:")
DB.executescript("CREATE TABLE child (id INTEGER, name TEXT);"
                 "INSERT INTO child VALUES (1, 'Sora'), (2, 'Haru');")


def rows(where):
    try:
        return ", ".join(name for (name,) in DB.execute("SELECT name FROM child WHERE id = " + where))
    except (sqlite3.Error, sqlite3.Warning) as error:
        return "sqlite3.OperationalError: " + html.escape(str(error))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        query = parse_qs(urlsplit(self.path).query)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Set-Cookie", "session=1234")
        self.end_headers()
        page = "<!doctype html><title>bad</title><a href='/?id=1'>1</a><a href='/?q=a'>q</a>"
        page += "<p>" + query.get("q", [""])[0] + "</p><p>" + rows(query.get("id", ["1"])[0]) + "</p>"
        self.wfile.write(page.encode())

    def log_message(self, *args):
        pass


class Server(HTTPServer):
    request_queue_size = 128

    def get_request(self):
        connection, address = super().get_request()
        connection.settimeout(4)
        return self.context.wrap_socket(connection, server_side=True), address

    def handle_error(self, request, client_address):
        pass


def main():
    server = Server(("127.0.0.1", 0), Handler)
    server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.context.minimum_version = ssl.TLSVersion.TLSv1
    server.context.set_ciphers("ALL:@SECLEVEL=0")
    server.context.options |= 1 << 8  # SSL_OP_ALLOW_CLIENT_RENEGOTIATION
    server.context.load_cert_chain(sys.argv[1], sys.argv[2])
    print("https://127.0.0.1:%d" % server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, socket.error):
        pass
