"""Every environment variable, read once at the edge and handed down."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path, user_data_path

from peergrid.errors import Invalid

MIN_SECRET_LENGTH = 32
PROVIDERS = ("sandbox",)  # who can pay out


@dataclass(frozen=True)
class Settings:
    """What a PeerGrid process is told from outside.

    ``database_url`` None means the embedded server in ``data_dir``. ``secret`` signs access
    tokens; None means one is kept in ``data_dir``. ``simulated_time`` admits readings whose
    interval has not happened yet by the wall clock (the demo runs ahead of it).
    ``payout_provider`` is one of PROVIDERS; without one nobody is paid.
    """

    data_dir: Path
    database_url: str | None = None
    secret: str | None = None
    simulated_time: bool = False
    payout_provider: str | None = None


def read_settings(environment: Mapping[str, str], data_dir: Path | None = None) -> Settings:
    """Read ``PEERGRID_*`` variables; ``data_dir`` overrides PEERGRID_DATA_DIR.

    Raises Invalid with the name of the variable and what it should be.
    """
    url = environment.get("PEERGRID_DATABASE_URL") or None
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise Invalid("PEERGRID_DATABASE_URL must look like postgresql://user@host:5432/database")
    secret = environment.get("PEERGRID_SECRET") or None
    if secret is not None and len(secret) < MIN_SECRET_LENGTH:
        raise Invalid(f"PEERGRID_SECRET must have at least {MIN_SECRET_LENGTH} characters")
    simulated = environment.get("PEERGRID_SIMULATED_TIME") or "0"
    if simulated not in {"0", "1"}:
        raise Invalid("PEERGRID_SIMULATED_TIME must be 0 or 1")
    provider = environment.get("PEERGRID_PAYOUT_PROVIDER") or None
    if provider not in {None, *PROVIDERS}:
        raise Invalid(f"PEERGRID_PAYOUT_PROVIDER must be {' or '.join(PROVIDERS)}")
    named = environment.get("PEERGRID_DATA_DIR")
    default = Path(named) if named else user_data_path("peergrid")
    return Settings(
        data_dir=(data_dir or default).expanduser().absolute(),
        database_url=url,
        secret=secret,
        simulated_time=simulated == "1",
        payout_provider=provider,
    )


def read_cache_dir(environment: Mapping[str, str]) -> Path:
    """Where what can be computed again is kept: PEERGRID_CACHE_DIR, else the user's own folder."""
    named = environment.get("PEERGRID_CACHE_DIR")
    return (Path(named) if named else user_cache_path("peergrid")).expanduser().absolute()
