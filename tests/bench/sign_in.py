"""Prints the median milliseconds of signing in: the password, then the code.  A code works once, so
each account signs in three times at most (the step before, this one, the next)."""

import statistics
import sys

from client import Client

url = sys.argv[1]
password, code = [], []
for line in sys.stdin:
    account, secret_word = line.split()[:2]
    client = Client(url)
    for seconds in client.sign_in(account, secret_word):
        (password if seconds[0] == "password" else code).append(seconds[1] * 1000)
print(f"{statistics.median(password):.2f} {statistics.median(code):.2f}")
