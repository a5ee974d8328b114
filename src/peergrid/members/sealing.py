"""Keys made from the one secret, a different one for each use, and what they encrypt."""

import base64
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32


@lru_cache(maxsize=64)
def key_for(use: str, secret: str) -> bytes:
    """A key of 32 bytes that tells nothing of the others (HKDF, RFC 5869)."""
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"peergrid: {use}".encode()).derive(
        secret.encode()
    )


class Seal:
    """Encrypts for one use; what was sealed under a former secret can still be opened."""

    def __init__(self, use: str, secrets: Sequence[str]) -> None:
        self._fernet = MultiFernet(
            [Fernet(base64.urlsafe_b64encode(key_for(use, secret))) for secret in secrets]
        )

    def close(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes, most_s: int | None = None) -> str | None:
        """What was sealed; None if not under these secrets, or longer than ``most_s`` [s] ago."""
        try:
            return self._fernet.decrypt(sealed, most_s).decode()
        except InvalidToken:
            return None
