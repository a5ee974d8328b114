"""A process is told from outside, once, and what makes no sense is said by name."""

from pathlib import Path

import pytest

from peergrid.errors import Invalid
from peergrid.settings import (
    MIN_SECRET_LENGTH,
    IssuerSettings,
    MetricsSettings,
    OtlpSettings,
    Settings,
    read_cache_dir,
    read_settings,
)

LONG_ENOUGH = "s" * MIN_SECRET_LENGTH


def test_without_any_variable_the_embedded_server_keeps_all_in_the_users_own_folder() -> None:
    settings = read_settings({})

    assert settings.data_dir.is_absolute()
    assert settings.data_dir.name == "peergrid"
    assert settings == Settings(settings.data_dir)


def test_every_variable_is_read() -> None:
    settings = read_settings(
        {
            "PEERGRID_DATA_DIR": "/var/lib/peergrid",
            "PEERGRID_DATABASE_URL": "postgresql://peergrid@db:5432/peergrid",
            "PEERGRID_SECRET": LONG_ENOUGH,
            "PEERGRID_SIMULATED_TIME": "1",
            "PEERGRID_PAYOUT_PROVIDER": "sandbox",
        }
    )

    assert settings == Settings(
        data_dir=Path("/var/lib/peergrid"),
        database_url="postgresql://peergrid@db:5432/peergrid",
        secret=LONG_ENOUGH,
        simulated_time=True,
        payout_provider="sandbox",
    )


def test_an_empty_variable_counts_as_none() -> None:
    empty = {
        "PEERGRID_DATA_DIR": "",
        "PEERGRID_DATABASE_URL": "",
        "PEERGRID_SECRET": "",
    }

    assert read_settings(empty) == read_settings({})


def test_other_programs_variables_are_none_of_ours() -> None:
    assert read_settings({"DATABASE_URL": "mysql://db", "SECRET": "short"}) == read_settings({})


def test_a_folder_that_is_handed_over_comes_before_the_variable() -> None:
    settings = read_settings({"PEERGRID_DATA_DIR": "/var/lib/peergrid"}, Path("/srv/peergrid"))

    assert settings.data_dir == Path("/srv/peergrid")


def test_a_folder_may_be_named_from_home_or_from_here(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    assert read_settings({"PEERGRID_DATA_DIR": "~/books"}).data_dir == tmp_path / "books"
    assert read_settings({}, Path("books")).data_dir == tmp_path / "books"


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PEERGRID_DATABASE_URL", "sqlite:///books.db", "must look like postgresql://user@host"),
        ("PEERGRID_SECRET", "s" * (MIN_SECRET_LENGTH - 1), "must have at least 32 characters"),
        ("PEERGRID_SIMULATED_TIME", "yes", "must be 0 or 1"),
        ("PEERGRID_PAYOUT_PROVIDER", "mattress", "must be sandbox"),
        ("PEERGRID_JSON_LOG", "yes", "must be 0 or 1"),
        ("PEERGRID_METRICS", "9464", "must look like 127.0.0.1:9464"),
        ("PEERGRID_METRICS", "user@127.0.0.1:9464", "must look like 127.0.0.1:9464"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317", "must look like http://collector:4317"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(variable: str, value: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=f"^{variable} {sentence}"):
        read_settings({variable: value})


def test_a_secret_that_is_too_short_is_not_repeated_in_the_message() -> None:
    with pytest.raises(Invalid) as refused:
        read_settings({"PEERGRID_SECRET": "hunter2"})

    assert "hunter2" not in str(refused.value)


def test_what_can_be_computed_again_is_kept_where_the_variable_says() -> None:
    assert read_cache_dir({"PEERGRID_CACHE_DIR": "/scratch/sun"}) == Path("/scratch/sun")
    assert read_cache_dir({}).is_absolute()


def test_what_a_sign_in_depends_on_is_read() -> None:
    settings = read_settings(
        {
            "PEERGRID_SECRET": LONG_ENOUGH,
            "PEERGRID_FORMER_SECRETS": f"{'f' * 32} {'g' * 32}",
            "PEERGRID_SECOND_FACTOR": "0",
            "PEERGRID_TRUSTED_PROXIES": "10.0.0.0/8, 2001:db8::1",
            "PEERGRID_PUBLIC_URL": "https://peergrid.example/",
            "PEERGRID_MAIL": "smtps://mail.example",
            "PEERGRID_MAIL_FROM": "post@peergrid.example",
            "PEERGRID_OIDC_ISSUER": "https://id.example",
            "PEERGRID_OIDC_CLIENT_ID": "peergrid",
        }
    )

    assert settings.former_secrets == ("f" * 32, "g" * 32)
    assert settings.second_factor is False
    assert settings.trusted_proxies == ("10.0.0.0/8", "2001:db8::1")
    assert settings.public_url == "https://peergrid.example"
    assert (settings.mail, settings.mail_from) == ("smtps://mail.example", "post@peergrid.example")
    assert settings.issuer == IssuerSettings("https://id.example", "peergrid")


def test_outside_a_demo_operators_need_a_second_factor_and_no_proxy_is_trusted() -> None:
    settings = read_settings({})

    assert settings.second_factor is True
    assert settings.trusted_proxies == ()
    assert settings.issuer is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PEERGRID_FORMER_SECRETS", "short"),
        ("PEERGRID_SECOND_FACTOR", "no"),
        ("PEERGRID_TRUSTED_PROXIES", "all"),
        ("PEERGRID_PUBLIC_URL", "http://peergrid.example"),
        ("PEERGRID_PUBLIC_URL", "peergrid.example"),
        ("PEERGRID_OIDC_ISSUER", "http://id.example"),
    ],
)
def test_what_would_open_the_door_to_others_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=name):
        read_settings({name: value})


def test_an_issuer_without_our_name_there_is_refused() -> None:
    with pytest.raises(Invalid, match="PEERGRID_OIDC_CLIENT_ID"):
        read_settings({"PEERGRID_OIDC_ISSUER": "https://id.example"})


def test_sites_whose_pages_may_open_sockets_are_origins() -> None:
    two = "https://peergrid.web.app, http://localhost:9000"

    assert read_settings({"PEERGRID_ALLOWED_ORIGINS": two}).allowed_origins == (
        "https://peergrid.web.app",
        "http://localhost:9000",
    )
    for wrong in ("*", "http://peergrid.web.app", "https://peergrid.web.app/page"):
        with pytest.raises(Invalid, match="PEERGRID_ALLOWED_ORIGINS"):
            read_settings({"PEERGRID_ALLOWED_ORIGINS": wrong})


def test_days_are_kept_open_as_long_as_is_said() -> None:
    assert read_settings({}).keep_open_days == 3
    assert read_settings({"PEERGRID_KEEP_OPEN_DAYS": "14"}).keep_open_days == 14
    assert read_settings({}).keep_months is None
    assert read_settings({"PEERGRID_KEEP_MONTHS": "36"}).keep_months == 36
    for wrong in ("0", "-1", "two", "1.5", "3661", "٣"):
        with pytest.raises(Invalid, match="PEERGRID_KEEP_OPEN_DAYS must be a whole number"):
            read_settings({"PEERGRID_KEEP_OPEN_DAYS": wrong})


def test_a_file_may_hold_what_a_variable_would_say(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{LONG_ENOUGH}\n")

    assert read_settings({"PEERGRID_SECRET_FILE": str(file)}).secret == LONG_ENOUGH


def test_a_file_that_is_not_there_is_told_by_the_variable_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="PEERGRID_SECRET_FILE must name a readable file"):
        read_settings({"PEERGRID_SECRET_FILE": str(tmp_path / "none")})


def test_measures_are_shown_to_this_machine_or_to_who_has_the_token() -> None:
    everywhere = {"PEERGRID_METRICS": "0.0.0.0:9464"}
    token = {"PEERGRID_METRICS_TOKEN": LONG_ENOUGH}

    assert read_settings({}).metrics is None
    here = read_settings({"PEERGRID_METRICS": "127.0.0.1:9464"})
    assert here.metrics == MetricsSettings("127.0.0.1", 9464)
    assert read_settings(everywhere | token).metrics == MetricsSettings(
        everywhere["PEERGRID_METRICS"].split(":")[0], 9464, LONG_ENOUGH
    )
    with pytest.raises(Invalid, match=r"^PEERGRID_METRICS_TOKEN must hold what who reads"):
        read_settings(everywhere)


def test_a_collector_is_named_by_opentelemetrys_variable_or_by_azures_without_its_path() -> None:
    azure = {"CONTAINERAPP_OTEL_TRACING_GRPC_ENDPOINT": "http://agent:4317/v1/traces"}
    ours = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector:4317"}

    assert read_settings({}).otlp is None
    assert read_settings(azure).otlp == OtlpSettings("http://agent:4317")
    assert read_settings(azure | ours).otlp == OtlpSettings("https://collector:4317")
    assert read_settings(ours | {"OTEL_METRICS_EXPORTER": "none"}).otlp == OtlpSettings(
        "https://collector:4317", metrics=False
    )
