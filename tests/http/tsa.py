"""A time stamper on loopback for tests: gives each POST to `openssl ts -reply`.  DIR has tsa.cnf, and may
have a file mode: ok, error (500), other (stamps something else).  Prints its port.
usage: tsa.py DIR"""
import http.server
import os
import subprocess
import sys

d = sys.argv[1]


def mode():
    try:
        return open(os.path.join(d, "mode")).read().strip()
    except FileNotFoundError:
        return "ok"


class Stamper(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        good = self.headers["Content-Type"] == "application/timestamp-query" and mode() != "error"
        path = os.path.join(d, "query.tsq")
        if mode() == "other":
            subprocess.run(["openssl", "ts", "-query", "-data", "tsa.cnf", "-sha256", "-cert",
                            "-out", path], cwd=d, check=True, stderr=subprocess.DEVNULL)
        else:
            open(path, "wb").write(query)
        r = subprocess.run(["openssl", "ts", "-reply", "-queryfile", "query.tsq", "-config", "tsa.cnf"],
                           cwd=d, capture_output=True)
        self.send_response(200 if good and r.returncode == 0 else 500)
        self.send_header("Content-Type", "application/timestamp-reply")
        self.end_headers()
        self.wfile.write(r.stdout if good else b"")

    def log_message(self, *a):
        pass


server = http.server.HTTPServer(("127.0.0.1", 0), Stamper)
print(server.server_address[1], flush=True)
server.serve_forever()
