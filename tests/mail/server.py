"""A mail server that keeps what it gets: one folder, for each mail N.eml as it came and N.to with its envelope.

Recipients decide what becomes of a mail: later@... is refused for now, nobody@... for good, hang@... is never answered.
It ends when its input does.
"""

import asyncio
import json
import logging
import pathlib
import ssl
import sys
import warnings

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult


class Keeper:
    def __init__(self, folder):
        self.folder, self.count = folder, 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.split("@")[0]
        if name == "later":
            return "451 4.7.1 Greylisted, come back later"
        if name == "nobody":
            return "550 5.1.1 No such user here"
        if name == "unsigned":
            return "530 5.7.0 Sign in first"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("hang@"):
            await asyncio.sleep(3600)
        if envelope.rcpt_tos[0].startswith("slow@"):
            await asyncio.sleep(0.3)
        self.count += 1
        seen = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "signed_in": bool(session.authenticated),
            "encrypted": server.transport.get_extra_info("ssl_object") is not None,
        }
        (self.folder / f"{self.count}.to").write_text(json.dumps(seen))
        (self.folder / f"{self.count}.part").write_bytes(envelope.original_content)
        (self.folder / f"{self.count}.part").rename(self.folder / f"{self.count}.eml")
        return f"250 2.0.0 Kept as {self.count}"


def sign_in(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"conclave", b"s3cret \xc3\xa4")
    return AuthResult(success=good, handled=False)


class Server(Controller):
    def __init__(self, *arguments, way, context, **others):
        self.way, self.context = way, context
        super().__init__(*arguments, ssl_context=context if way in ("tls", "tls-auth") else None, **others)

    def factory(self):
        starttls = self.way.startswith("starttls")
        with_auth = self.way.endswith("auth")
        return SMTP(
            self.handler,
            enable_SMTPUTF8=True,
            tls_context=self.context if starttls else None,
            require_starttls=starttls,
            authenticator=sign_in if with_auth else None,
            auth_required=with_auth,
            auth_require_tls=with_auth and starttls,
            auth_exclude_mechanism=["PLAIN"] if self.way == "login-auth" else [],
        )


# Whoever signs in without encryption is what is to be tested.
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)
folder, way = pathlib.Path(sys.argv[1]), sys.argv[2]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
if (folder / "server.pem").exists():
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
server = Server(Keeper(folder), hostname="127.0.0.1", port=int(sys.argv[3]), way=way, context=context)
server.start()
print("ready", flush=True)
sys.stdin.read()
server.stop()
