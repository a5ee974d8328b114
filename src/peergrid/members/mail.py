"""How letters leave: a protocol, the console for a demo, SMTP for everybody else."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from peergrid.errors import Invalid, Unavailable

TIMEOUT_S = 15.0
CONSOLE = "console"
PORT_OF = {"smtp": 587, "smtps": 465}  # RFC 6409 with STARTTLS, RFC 8314 with TLS from the start


@dataclass(frozen=True)
class Letter:
    """What is sent to one address."""

    to: str
    subject: str
    text: str


class Mail(Protocol):
    """Whoever delivers letters."""

    def send(self, letter: Letter) -> None:
        """Deliver a letter. Raises Unavailable if that is not possible now."""


class ConsoleMail:
    """Shows letters to whoever runs the demo."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show

    def send(self, letter: Letter) -> None:
        self._show(f"letter     to {letter.to}: {letter.subject}\n{letter.text}")


@dataclass(frozen=True)
class SmtpMail:
    """Hands letters to a mail server, never without TLS; it shows no password."""

    host: str
    port: int
    sender: str
    is_tls_from_start: bool
    login: tuple[str, str] | None
    trusted: ssl.SSLContext

    def send(self, letter: Letter) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, letter.to, letter.subject
        message.set_content(letter.text)
        try:
            with self._connected() as server:
                if not self.is_tls_from_start:
                    server.starttls(context=self.trusted)
                if self.login:
                    server.login(*self.login)
                server.send_message(message)
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(
                f"The mail server {self.host} does not take letters: {type(error).__name__}."
            ) from None

    def _connected(self) -> smtplib.SMTP:
        if self.is_tls_from_start:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=self.trusted)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)


def mail_at(url: str, sender: str, show: Callable[[str], None]) -> Mail:
    """``console``, or ``smtps://name:password@host`` or ``smtp://…`` (STARTTLS).

    Raises Invalid for anything else; the address is not shown, it may hold a password.
    """
    if url == CONSOLE:
        return ConsoleMail(show)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in PORT_OF:
        raise Invalid("PEERGRID_MAIL must be console, or like smtps://name:password@host:465")
    if "@" not in sender:
        raise Invalid("PEERGRID_MAIL_FROM must be the address that letters come from")
    login = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return SmtpMail(
        host,
        port or PORT_OF[parts.scheme],
        sender,
        parts.scheme == "smtps",
        login,
        ssl.create_default_context(),
    )
