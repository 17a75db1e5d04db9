"""What a mail says, by Python's own mail library: one line for each of "to", "subject", "type", then
the body.  With --subjects: only subjects of all mails in a folder, sorted.
usage: mails.py FILE… | mails.py --subjects DIR"""
import email
import email.policy
import glob
import sys


def read(path):
    return email.message_from_binary_file(open(path, "rb"), policy=email.policy.default)


if sys.argv[1] == "--subjects":
    print("\n".join(sorted(str(read(p)["Subject"]) for p in glob.glob(sys.argv[2] + "/*.eml"))))
else:
    for path in sys.argv[1:]:
        m = read(path)
        print("\n".join([str(m["To"]), str(m["Subject"]), m.get_content_type(), m.get_content()]))
