#!/usr/bin/python3
"""
What a scanner's report says.  The first line is a summary; every further line is a finding, and then
the exit code is 1.  A report that is missing or not complete is a finding too: a scanner that fell
over has found nothing.

    judge.py wapiti  REPORT.json NOTES.json LOG [KIND...]   every KIND of page must have been seen
    judge.py testssl REPORT.json
    judge.py sslscan REPORT.xml
    judge.py renego  LOG                                    of openssl s_client
    judge.py sqlmap  LOG
    judge.py slow    LOG SAMPLES ATTACKERS SECONDS          SAMPLES: lines "STATUS SECONDS"
"""
import json
import re
import sys
import xml.etree.ElementTree as xml

# What testssl says of every vault with the certificate that `karte init` makes, and of every
# machine without the engines of old Russian ciphers.
SELF_SIGNED = {
    "cert_chain_of_trust": "self-signed until the municipality puts its own in tls/",
    "cert_revocation": "nobody who could revoke it",
    "engine_problem": "ciphers that this OpenSSL cannot even ask for",
    "sessionresumption_ticket": "the test needs an OpenSSL of its own",
    # it takes a connection that closes at once for one that goes on, hence renego() below
    "secure_client_renego": "looked at by ourselves",
}
# What wapiti 3.0.4 asks for and nobody should want.
OUTDATED = {
    "X-XSS-Protection is not set": "gone from browsers, and a hole where it was; the policy of content does it",
}
TESTSSL_NEEDS = ("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "cipherlist_NULL", "cipherlist_aNULL",
                 "heartbleed", "ROBOT", "secure_renego", "SWEET32", "LOGJAM", "BEAST", "RC4")
GOOD_PROTOCOLS = {("tls", "1.2"), ("tls", "1.3")}
SLOWEST = 1.0  # seconds until another client has its page
FEWEST = 5  # samples


def wapiti(report, notes, log, *kinds):
    with open(report, encoding="utf-8") as file:
        report = json.load(file)
    with open(notes, encoding="utf-8") as file:
        notes = json.load(file)
    with open(log, encoding="utf-8", errors="replace") as file:
        log = file.read()
    found = []
    for group in ("vulnerabilities", "anomalies"):
        for category, entries in report[group].items():
            found += ["%s: %s %s %s: %s" % (category, entry["method"], entry["path"],
                                           entry.get("parameter") or "", entry["info"])
                      for entry in entries if entry["info"] not in OUTDATED]
    found += ["never came to: " + kind for kind in kinds if kind not in notes["kinds"]]
    found += ["a module broke: " + line for line in re.findall(r'^ *File "(.*)', log, re.M)]
    found += ["not answered: " + line for line in re.findall(r"^\d+ requests were skipped.*", log, re.M)]
    late = "; out of time in " + ", ".join(notes["late"]) if notes["late"] else ""
    return "%d requests, %d kinds of pages and forms, %d fields%s" % (
        notes["requests"], len(notes["kinds"]), notes["fields"], late), found


def testssl(report):
    with open(report, encoding="utf-8") as file:
        entries = json.load(file)
    seen = {entry["id"].split(" ")[0] for entry in entries}
    bad = [entry for entry in entries if entry["severity"] not in ("OK", "INFO", "DEBUG")]
    known = sorted({entry["id"] for entry in bad if entry["id"].split(" ")[0] in SELF_SIGNED})
    found = ["%s %s: %s" % (entry["severity"], entry["id"], entry["finding"])
             for entry in bad if entry["id"].split(" ")[0] not in SELF_SIGNED]
    found += ["not tested: " + name for name in TESTSSL_NEEDS if name not in seen]
    return "%d checks, expected: %s" % (len(entries), ", ".join(known) or "nothing"), found


def sslscan(report):
    test = xml.parse(report).getroot().find("ssltest")
    if test is None:
        return "no result", ["not complete"]
    found = []
    enabled = {(p.get("type"), p.get("version")) for p in test.iter("protocol") if p.get("enabled") == "1"}
    found += ["protocol %s %s" % protocol for protocol in sorted(enabled - GOOD_PROTOCOLS)]
    ciphers = list(test.iter("cipher"))
    found += ["%s cipher %s (%s bits)" % (c.get("strength"), c.get("cipher"), c.get("bits"))
              for c in ciphers if c.get("strength") not in (
                  # it takes the names of TLS 1.3 for such without forward secrecy
                  ("strong", "acceptable") if c.get("sslversion") == "TLSv1.3" else ("strong",))]
    found += ["heartbleed: %s" % h.get("sslversion") for h in test.iter("heartbleed") if h.get("vulnerable") != "0"]
    found += ["TLS compression" for c in test.iter("compression") if c.get("supported") == "1"]
    found += ["insecure renegotiation" for r in test.iter("renegotiation")
              if r.get("supported") == "1" and r.get("secure") != "1"]
    found += ["no fallback SCSV" for f in test.iter("fallback") if f.get("supported") != "1"]
    found += ["signature with %s" % s.text for s in test.iter("signature-algorithm")
              if re.search("md5|sha1", s.text or "", re.I)]
    if not ciphers or not enabled:
        found.append("not complete")
    return "%d ciphers, %s" % (len(ciphers), ", ".join("%s %s" % p for p in sorted(enabled))), found


def renego(log):
    """Handshake, R for another one, and a request: an answer to it means that the server went along."""
    with open(log, encoding="utf-8", errors="replace") as file:
        log = file.read()
    if "RENEGOTIATING" not in log:
        return "nothing tried", ["not complete"]
    if re.search(r"^HTTP/1", log, re.M):
        return "answered after it", ["a client may make the server do handshakes without end"]
    return "closed", []


def sqlmap(log):
    with open(log, encoding="utf-8", errors="replace") as file:
        log = file.read()
    found = re.findall(r"^.*(?:identified the following injection point|is vulnerable|"
                       r"might be vulnerable to).*", log, re.M)
    found += re.findall(r"^Parameter: .*", log, re.M)
    tested = re.findall(r"parameter '([^']*)' does not seem to be injectable", log)
    if not found and "all tested parameters do not appear to be injectable" not in log:
        last = [line for line in log.splitlines() if "[ERROR]" in line or "[CRITICAL]" in line]
        found.append("not complete: " + (last[-1] if last else "no verdict"))
    return "%d parameters" % len(tested), found


def slow(log, samples, attackers, seconds):
    with open(log, encoding="utf-8", errors="replace") as file:
        log = re.sub(r"\x1b\[[0-9;]*m", "", file.read())
    with open(samples, encoding="utf-8") as file:
        samples = [line.split() for line in file]
    times = sorted(float(took) for _, took in samples)
    found = ["after %d s: status %s in %s s" % (second, status, took)
             for second, (status, took) in enumerate(samples)
             if status != "200" or float(took) > SLOWEST]
    if len(samples) < min(FEWEST, int(seconds)):
        found.append("only %d answers were measured" % len(samples))
    # the newest number of each kind that it shows while it works
    count = {name: int(n) for name, n in re.findall(r"^(\w+): +(\d+)", log, re.M)}
    opened = [int(n) for n in re.findall(r"^connected: +(\d+)", log, re.M)]
    if max(opened, default=0) == 0:
        found.append("the attack did not begin")
    return "%d of %s held at most, %d closed; others: %d answers, slowest %.3f s" % (
        max(opened, default=0), attackers, count.get("closed", 0), len(times),
        times[-1] if times else 0), found


def main():
    judges = {judge.__name__: judge for judge in (wapiti, testssl, sslscan, renego, sqlmap, slow)}
    try:
        summary, found = judges[sys.argv[1]](*sys.argv[2:])
    except (OSError, ValueError, KeyError, xml.ParseError) as error:
        summary, found = "no report", ["not complete: %s: %s" % (type(error).__name__, error)]
    print("\n".join([summary] + found))
    return 1 if found else 0


sys.exit(main())
