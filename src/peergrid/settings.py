"""Every environment variable, read once at the edge and handed down."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from platformdirs import user_cache_path, user_data_path

from peergrid.errors import Invalid

MIN_SECRET_LENGTH = 32
MOST_KEPT = 3_660
KEEP_OPEN_DAYS = 3  # as long as settlement waits for a silent meter
PROVIDERS = ("sandbox",)  # who can pay out
HERE = {"localhost", "127.0.0.1", "::1"}  # the only places that plain HTTP may lead to


@dataclass(frozen=True)
class IssuerSettings:
    """An OpenID provider at which operators may sign in; ``secret`` None for a public client."""

    issuer: str
    client_id: str
    secret: str | None = None


@dataclass(frozen=True)
class PaynowSettings:
    """An integration at Paynow, which collects top-ups; ``url`` is where Paynow is."""

    integration_id: str
    integration_key: str
    url: str = "https://www.paynow.co.zw"


@dataclass(frozen=True)
class MetricsSettings:
    """Where measures are asked for; ``token`` is what who asks shows, None: this machine asks."""

    host: str
    port: int
    token: str | None = None


@dataclass(frozen=True)
class OtlpSettings:
    """Who collects traces, by gRPC; ``metrics`` says whether it takes measures too."""

    endpoint: str
    metrics: bool = True


@dataclass(frozen=True)
class Settings:
    """What a PeerGrid process is told from outside.

    ``database_url`` None means the embedded server in ``data_dir``. ``secret`` signs access
    tokens and encrypts what authenticators share with us; None means one is kept in
    ``data_dir``; what ``former_secrets`` encrypted can still be read. ``simulated_time`` admits
    readings whose interval has not happened yet by the wall clock (the demo runs ahead of it).
    ``payout_provider`` is one of PROVIDERS; without one nobody is paid. ``second_factor`` asks
    operators and auditors for a code besides the password. ``trusted_proxies`` are the addresses
    whose X-Forwarded-For is believed. ``public_url`` is where members find PeerGrid; letters
    leave through ``mail`` (console, or an SMTP server's URL) from ``mail_from``. Pages of
    ``allowed_origins`` may open sockets here, besides those of the host itself. The newest
    ``keep_open_days`` of readings stay as they came; settled ones before them are packed; half
    hours older than ``keep_months`` go, None: never. Without ``paynow`` nobody can top up.
    ``admin_url`` signs a superuser in, who makes what ``database_url`` needs before migration.
    ``json_log`` has what is said written as one JSON object a line.
    """

    data_dir: Path
    database_url: str | None = None
    secret: str | None = None
    simulated_time: bool = False
    payout_provider: str | None = None
    former_secrets: tuple[str, ...] = ()
    second_factor: bool = True
    trusted_proxies: tuple[str, ...] = ()
    public_url: str = "http://localhost:8000"
    mail: str | None = None
    mail_from: str = ""
    issuer: IssuerSettings | None = None
    allowed_origins: tuple[str, ...] = ()
    keep_open_days: int = KEEP_OPEN_DAYS
    keep_months: int | None = None
    paynow: PaynowSettings | None = None
    admin_url: str | None = None
    json_log: bool = False
    metrics: MetricsSettings | None = None
    otlp: OtlpSettings | None = None


def read_settings(environment: Mapping[str, str], data_dir: Path | None = None) -> Settings:
    """Read ``PEERGRID_*`` variables; ``data_dir`` overrides PEERGRID_DATA_DIR.

    ``PEERGRID_…_FILE`` names a file that holds the variable instead, as secrets are handed to
    containers. Raises Invalid with the name of the variable and what it should be.
    """
    environment = _with_files(environment)
    provider = environment.get("PEERGRID_PAYOUT_PROVIDER") or None
    if provider not in {None, *PROVIDERS}:
        raise Invalid(f"PEERGRID_PAYOUT_PROVIDER must be {' or '.join(PROVIDERS)}")
    named = environment.get("PEERGRID_DATA_DIR")
    default = Path(named) if named else user_data_path("peergrid")
    secrets = _long_enough(environment, "PEERGRID_SECRET")
    return Settings(
        data_dir=(data_dir or default).expanduser().absolute(),
        database_url=_database(environment, "PEERGRID_DATABASE_URL"),
        secret=secrets[0] if secrets else None,
        simulated_time=_flag(environment, "PEERGRID_SIMULATED_TIME", default="0"),
        payout_provider=provider,
        former_secrets=_long_enough(environment, "PEERGRID_FORMER_SECRETS"),
        second_factor=_flag(environment, "PEERGRID_SECOND_FACTOR", default="1"),
        trusted_proxies=_proxies(environment),
        public_url=_web_address(environment, "PEERGRID_PUBLIC_URL") or Settings.public_url,
        mail=environment.get("PEERGRID_MAIL") or None,
        mail_from=environment.get("PEERGRID_MAIL_FROM") or "",
        issuer=_issuer(environment),
        allowed_origins=_origins(environment),
        keep_open_days=_count(environment, "PEERGRID_KEEP_OPEN_DAYS") or KEEP_OPEN_DAYS,
        keep_months=_count(environment, "PEERGRID_KEEP_MONTHS"),
        paynow=_paynow(environment),
        admin_url=_database(environment, "PEERGRID_ADMIN_URL"),
        json_log=_flag(environment, "PEERGRID_JSON_LOG", default="0"),
        metrics=_metrics(environment),
        otlp=_otlp(environment),
    )


def _with_files(environment: Mapping[str, str]) -> Mapping[str, str]:
    """The environment, with what the files hold that ``PEERGRID_…_FILE`` names."""
    held = {}
    for name, path in environment.items():
        if name.startswith("PEERGRID_") and name.endswith("_FILE") and path:
            try:
                held[name.removesuffix("_FILE")] = Path(path).read_text().strip()
            except (OSError, UnicodeDecodeError) as error:
                raise Invalid(f"{name} must name a readable file of text: {error}") from None
    return {**environment, **held}


def _database(environment: Mapping[str, str], name: str) -> str | None:
    url = environment.get(name) or None
    if url and not url.startswith(("postgresql://", "postgres://")):
        raise Invalid(f"{name} must look like postgresql://user@host:5432/database")
    return url


def _flag(environment: Mapping[str, str], name: str, *, default: str) -> bool:
    said = environment.get(name) or default
    if said not in {"0", "1"}:
        raise Invalid(f"{name} must be 0 or 1")
    return said == "1"


def _count(environment: Mapping[str, str], name: str) -> int | None:
    """A whole number of at least 1; None if it is not said."""
    said = environment.get(name)
    if said and not (said.isascii() and said.isdecimal() and 1 <= int(said) <= MOST_KEPT):
        raise Invalid(f"{name} must be a whole number from 1 to {MOST_KEPT}")
    return int(said) if said else None


def _long_enough(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Secrets; former ones stand one beside the other, with spaces between."""
    said = environment.get(name) or ""
    given = tuple(said.split()) if name.endswith("S") else tuple(filter(None, [said]))
    if any(len(one) < MIN_SECRET_LENGTH for one in given):
        raise Invalid(f"{name} must have at least {MIN_SECRET_LENGTH} characters")
    return given


def _proxies(environment: Mapping[str, str]) -> tuple[str, ...]:
    given = tuple(re.findall(r"[^\s,]+", environment.get("PEERGRID_TRUSTED_PROXIES") or ""))
    try:
        for one in given:
            ip_network(one)
    except ValueError:
        raise Invalid(
            "PEERGRID_TRUSTED_PROXIES must be addresses or networks, such as 10.0.0.0/8"
        ) from None
    return given


def _origins(environment: Mapping[str, str]) -> tuple[str, ...]:
    name = "PEERGRID_ALLOWED_ORIGINS"
    said = re.findall(r"[^\s,]+", environment.get(name) or "")
    given = tuple(checked_address(one, name) for one in said)
    if any(urlsplit(one).path for one in given):
        raise Invalid(f"{name} must be origins without a path, such as https://peergrid.example")
    return given


def _web_address(environment: Mapping[str, str], name: str) -> str | None:
    said = environment.get(name) or None
    return checked_address(said, name) if said else None


def checked_address(said: str, name: str) -> str:
    """An address by HTTPS, or on this very machine. Raises Invalid, which calls it ``name``."""
    try:
        parts = urlsplit(said)
        host = parts.hostname
    except ValueError:
        host = None
    if not host or not (parts.scheme == "https" or (parts.scheme == "http" and host in HERE)):
        raise Invalid(f"{name} must look like https://peergrid.example")
    return said.rstrip("/")


def _issuer(environment: Mapping[str, str]) -> IssuerSettings | None:
    address = _web_address(environment, "PEERGRID_OIDC_ISSUER")
    if address is None:
        return None
    client_id = environment.get("PEERGRID_OIDC_CLIENT_ID")
    if not client_id:
        raise Invalid("PEERGRID_OIDC_CLIENT_ID must name this PeerGrid at the issuer")
    return IssuerSettings(
        address, client_id, environment.get("PEERGRID_OIDC_CLIENT_SECRET") or None
    )


def _paynow(environment: Mapping[str, str]) -> PaynowSettings | None:
    integration_id = environment.get("PEERGRID_PAYNOW_ID") or ""
    key = environment.get("PEERGRID_PAYNOW_KEY") or ""
    if not integration_id and not key:
        return None
    if not (integration_id.isascii() and integration_id.isdigit() and key):
        raise Invalid(
            "PEERGRID_PAYNOW_ID must be the integration's number, PEERGRID_PAYNOW_KEY its key"
        )
    url = _web_address(environment, "PEERGRID_PAYNOW_URL") or PaynowSettings.url
    return PaynowSettings(integration_id, key, url)


def _metrics(environment: Mapping[str, str]) -> MetricsSettings | None:
    said = environment.get("PEERGRID_METRICS") or None
    if said is None:
        return None
    try:
        parts = urlsplit(f"//{said}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or not port or said != f"{host}:{port}":
        raise Invalid("PEERGRID_METRICS must look like 127.0.0.1:9464")
    tokens = _long_enough(environment, "PEERGRID_METRICS_TOKEN")
    if not tokens and host not in HERE:
        raise Invalid(
            "PEERGRID_METRICS_TOKEN must hold what who reads measures shows, unless"
            " PEERGRID_METRICS leads to this machine alone, such as 127.0.0.1:9464"
        )
    return MetricsSettings(host, port, tokens[0] if tokens else None)


def _otlp(environment: Mapping[str, str]) -> OtlpSettings | None:
    """By OpenTelemetry's own variables, or by that of Azure's agent, whose path gRPC lacks."""
    name = "OTEL_EXPORTER_OTLP_ENDPOINT"
    said = environment.get(name) or environment.get("CONTAINERAPP_OTEL_TRACING_GRPC_ENDPOINT")
    if not said:
        return None
    try:
        parts = urlsplit(said)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address:
        raise Invalid(f"{name} must look like http://collector:4317")
    endpoint = f"{parts.scheme}://{parts.netloc}"
    return OtlpSettings(endpoint, metrics=environment.get("OTEL_METRICS_EXPORTER") != "none")


def read_cache_dir(environment: Mapping[str, str]) -> Path:
    """Where what can be computed again is kept: PEERGRID_CACHE_DIR, else the user's own folder."""
    named = environment.get("PEERGRID_CACHE_DIR")
    return (Path(named) if named else user_cache_path("peergrid")).expanduser().absolute()
