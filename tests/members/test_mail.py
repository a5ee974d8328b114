"""Letters leave by a mail server with TLS, or stay."""

import socket
from threading import Thread

import pytest

from peergrid.errors import Invalid, Unavailable
from peergrid.members.mail import ConsoleMail, Letter, SmtpMail, mail_at

LETTER = Letter("ada@street.example", "Hello", "A link:\n\nhttps://peergrid.example/#/reset/x\n")
FROM = "post@peergrid.example"


def test_the_console_shows_who_would_get_what() -> None:
    shown: list[str] = []

    mail_at("console", "", shown.append).send(LETTER)

    assert shown == [f"letter     to ada@street.example: Hello\n{LETTER.text}"]
    assert isinstance(mail_at("console", "", print), ConsoleMail)


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("smtps://post:p%40ss@mail.example", ("mail.example", 465, True, ("post", "p@ss"))),
        ("smtp://mail.example:2525", ("mail.example", 2525, False, None)),
    ],
)
def test_a_mail_server_is_named_by_a_url(url: str, named: tuple[object, ...]) -> None:
    mail = mail_at(url, FROM, print)

    assert isinstance(mail, SmtpMail)
    assert (mail.host, mail.port, mail.is_tls_from_start, mail.login) == named
    assert mail.trusted.check_hostname


@pytest.mark.parametrize("url", ["http://mail.example", "smtp://", "smtp://a:b@c:none", "mail"])
def test_another_url_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(Invalid, match="PEERGRID_MAIL") as told:
        mail_at(url, FROM, print)

    assert url not in str(told.value).replace("PEERGRID_MAIL", "")


def test_a_server_needs_a_sender() -> None:
    with pytest.raises(Invalid, match="PEERGRID_MAIL_FROM"):
        mail_at("smtps://mail.example", "", print)


def test_nothing_is_sent_to_a_server_without_tls() -> None:
    heard: list[bytes] = []

    def listen(server: socket.socket) -> None:
        caller, _ = server.accept()
        with caller:
            caller.sendall(b"220 here\r\n")
            while line := caller.recv(1_000):
                heard.append(line)
                caller.sendall(b"250 ok\r\n")

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=listen, args=(server,), daemon=True)
        thread.start()
        mail = mail_at(f"smtp://post:secret@127.0.0.1:{server.getsockname()[1]}", FROM, print)

        with pytest.raises(Unavailable, match="does not take letters"):
            mail.send(LETTER)
        thread.join(timeout=10)

    said = b"".join(heard)
    assert said.startswith(b"ehlo")
    assert b"secret" not in said
    assert b"reset" not in said


def test_a_server_that_is_away_is_told_so() -> None:
    with pytest.raises(Unavailable, match=r"mail server 127\.0\.0\.1"):
        mail_at("smtp://127.0.0.1:1", FROM, print).send(LETTER)
