"""TLS in front of a PostgreSQL that speaks none: what a client sees is a server with TLS."""

import contextlib
import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SSL_REQUEST_BYTES = 8  # PostgreSQL's protocol, "SSLRequest"
HOST = "localhost"


@dataclass(frozen=True)
class Certificate:
    """A file with a key and its certificate, which is its own authority."""

    file: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        return context


def certificate(folder: Path, ends: dt.datetime) -> Certificate:
    """One for localhost, good until ``ends``."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ends - dt.timedelta(days=90))
        .not_valid_after(ends)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    file.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    return Certificate(file)


@contextmanager
def before(socket_file: Path, shown: Certificate) -> Iterator[int]:
    """The port at which the server of ``socket_file`` can be had with TLS."""
    context = shown.context
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            with contextlib.suppress(OSError):  # until the door is closed
                while True:
                    caller, _ = door.accept()
                    threading.Thread(
                        target=_join, args=(caller, context, socket_file), daemon=True
                    ).start()

        threading.Thread(target=serve, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


def _join(caller: socket.socket, context: ssl.SSLContext, socket_file: Path) -> None:
    with contextlib.suppress(OSError), caller, socket.socket(socket.AF_UNIX) as server:
        caller.recv(SSL_REQUEST_BYTES, socket.MSG_WAITALL)
        caller.sendall(b"S")
        with context.wrap_socket(caller, server_side=True) as secured:
            server.connect(str(socket_file))
            threading.Thread(target=_pass, args=(server, secured), daemon=True).start()
            _pass(secured, server)


def _pass(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while piece := source.recv(65_536):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
