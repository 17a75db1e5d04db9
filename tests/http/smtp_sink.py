"""A mail server on loopback for tests: keeps each mail that it takes as DIR/NNN.eml, under the lines of
its envelope (X-From, X-To, X-Tls, X-User).  The file DIR/mode says how it is: ok, refuse (every receiver),
busy (later), slow (says nothing).  Prints its port.
usage: smtp_sink.py DIR [--tls CERT KEY] [--smtps] [--user NAME PASSWORD]"""
import argparse
import asyncio
import base64
import os
import ssl

args = argparse.ArgumentParser()
args.add_argument("dir")
args.add_argument("--tls", nargs=2)
args.add_argument("--smtps", action="store_true")
args.add_argument("--user", nargs=2)
o = args.parse_args()
context = None
if o.tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*o.tls)
taken = 0


def mode():
    try:
        return open(os.path.join(o.dir, "mode")).read().strip()
    except FileNotFoundError:
        return "ok"


async def serve(reader, writer):
    global taken
    tls, user, sender, to = o.smtps, "", "", []

    async def say(text):
        writer.write(text.encode() + b"\r\n")
        await writer.drain()

    try:
        if mode() == "slow":
            await asyncio.sleep(300)
        await say("220 sink.test ESMTP")
        while line := (await reader.readline()).decode("ascii", "surrogateescape").rstrip("\r\n"):
            verb = line.upper()
            if verb.startswith("EHLO"):
                lines = ["sink.test", "8BITMIME"]
                lines += ["STARTTLS"] if context and not tls else []
                lines += ["AUTH PLAIN"] if o.user and (tls or not context) else []
                for i, text in enumerate(lines):
                    await say("250" + ("-" if i < len(lines) - 1 else " ") + text)
            elif verb == "STARTTLS" and context:
                await say("220 go on")
                await writer.start_tls(context)
                tls = True
            elif verb.startswith("AUTH PLAIN"):
                text = line[11:]
                if not text:
                    await say("334 ")
                    text = (await reader.readline()).decode().strip()
                name, password = base64.b64decode(text).decode().split("\0")[1:]
                good = o.user and [name, password] == o.user
                user = name if good else ""
                await say("235 good" if good else "535 no")
            elif verb.startswith("MAIL FROM:"):
                sender, to = line[10:], []
                await say("530 sign in" if o.user and not user else "250 ok")
            elif verb.startswith("RCPT TO:"):
                if mode() == "refuse":
                    await say("550 nobody here")
                elif mode() == "busy":
                    await say("451 later")
                else:
                    to.append(line[8:])
                    await say("250 ok")
            elif verb == "DATA":
                await say("354 go on")
                data = await reader.readuntil(b"\r\n.\r\n")
                taken += 1
                path = os.path.join(o.dir, "%03d.eml" % taken)
                with open(path + ".part", "wb") as f:
                    f.write(f"X-From: {sender}\r\nX-To: {' '.join(to)}\r\nX-Tls: {tls}\r\n"
                            f"X-User: {user}\r\n".encode())
                    f.write(data[:-3])
                os.rename(path + ".part", path)
                await say("250 taken")
            elif verb == "QUIT":
                await say("221 bye")
                break
            else:
                await say("500 what")
    except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0,
                                        ssl=context if o.smtps else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
