"""Prints the median milliseconds of a right password over HTTPS, of a wrong one, and of the code that
follows.  Lines on standard input: account, password."""

import statistics
import sys
import time

from client import STEP, Client, one_time_password, secret_of

url = sys.argv[1]
took = {"right": [], "wrong": [], "code": []}


def password(client, account, secret):
    fields = [f for f in client.form("/login", "/login") if f[0] not in ("account", "password")]
    status, _ = client.request("POST", "/login",
                               fields + [("account", account), ("password", secret)])
    return status, client.seconds * 1000


for line in sys.stdin:
    account, secret = line.split()[:2]
    status, took_now = password(Client(url), account, "not the right one")
    assert status == 422, status
    took["wrong"].append(took_now)
    client = Client(url)
    status, took_now = password(client, account, secret)
    assert status == 303, status
    took["right"].append(took_now)
    fields = [f for f in client.form("/login/code", "/login/code") if f[0] != "code"]
    code = one_time_password(secret_of(account), int(time.time()) // STEP)
    status, _ = client.request("POST", "/login/code", fields + [("code", code)])
    assert status == 303, status
    took["code"].append(client.seconds * 1000)
print(*(f"{statistics.median(took[k]):.2f}" for k in ("right", "wrong", "code")))
