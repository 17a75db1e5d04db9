"""Signs in and prints the session's cookie, for a load generator."""

import sys

from client import Client

client = Client(sys.argv[1])
client.sign_in(sys.argv[2], sys.argv[3])
print("__Host-karte=" + client.cookies["__Host-karte"])
