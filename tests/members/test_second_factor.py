"""A code besides the password: right now, once, of one's own secret."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from peergrid.database.pool import Database
from peergrid.errors import Conflict, Invalid, Unavailable, Unknown
from peergrid.members import second_factor
from peergrid.members.credentials import set_password
from peergrid.members.membership import Member
from peergrid.members.sealing import Seal
from tests.community import Street
from tests.conftest import SECRET

NOW = datetime(2026, 11, 22, 12, 0, 15, tzinfo=UTC)
SEAL = Seal("tests", [SECRET])


def code_at(enrolment: second_factor.Enrolment, now: datetime) -> str:
    """What an authenticator shows, from the URI alone."""
    told = parse_qs(urlsplit(enrolment.uri).query)
    secret = base64.b32decode(told["secret"][0])
    totp = TOTP(secret, int(told["digits"][0]), SHA1(), int(told["period"][0]))
    return totp.generate(int(now.timestamp())).decode()


def enrolled(database: Database, member: Member) -> second_factor.Enrolment:
    with database.transaction() as connection:
        return second_factor.enrol(connection, member, SEAL)


def check(
    database: Database, member: Member, code: str, now: datetime = NOW, seal: Seal = SEAL
) -> None:
    with database.transaction() as connection:
        second_factor.check_code(connection, member, code, seal, now)


def test_the_test_vector_of_the_standard() -> None:
    # RFC 6238, appendix B: at 59 s, SHA-1, the key "12345678901234567890"
    totp = TOTP(b"12345678901234567890", 8, SHA1(), second_factor.STEP_S)

    assert totp.generate(59) == b"94287082"


def test_a_code_counts_now_and_one_step_before_or_after(database: Database, street: Street) -> None:
    enrolment = enrolled(database, street.chipo)

    for steps in (-1, 0, 1):
        check(database, street.chipo, code_at(enrolment, NOW + timedelta(seconds=30 * steps)))
    for steps in (-2, 2, 3):
        with pytest.raises(Invalid, match="wrong, or was used before"):
            check(database, street.chipo, code_at(enrolment, NOW + timedelta(seconds=30 * steps)))


def test_a_code_is_good_once_and_none_before_it(database: Database, street: Street) -> None:
    enrolment = enrolled(database, street.chipo)
    before = code_at(enrolment, NOW - timedelta(seconds=30))
    check(database, street.chipo, code_at(enrolment, NOW))

    for code in (code_at(enrolment, NOW), before):
        with pytest.raises(Invalid, match="used before"):
            check(database, street.chipo, code)


def test_a_recovery_code_is_good_once_and_however_it_is_written(
    database: Database, street: Street
) -> None:
    enrolment = enrolled(database, street.chipo)
    check(database, street.chipo, code_at(enrolment, NOW))
    first, second = enrolment.recovery_codes[:2]

    check(database, street.chipo, first)
    check(database, street.chipo, second.lower().replace("-", " "))
    for used in (first, second, "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"):
        with pytest.raises(Invalid):
            check(database, street.chipo, used)


def test_a_recovery_code_does_not_count_before_the_first_code_has_come_back(
    database: Database, street: Street
) -> None:
    enrolment = enrolled(database, street.chipo)

    with pytest.raises(Invalid):
        check(database, street.chipo, enrolment.recovery_codes[0])


def test_who_never_finished_enrolling_begins_anew_and_who_did_cannot(
    database: Database, street: Street
) -> None:
    first = enrolled(database, street.chipo)
    second = enrolled(database, street.chipo)
    with pytest.raises(Invalid):
        check(database, street.chipo, code_at(first, NOW))
    check(database, street.chipo, code_at(second, NOW))

    with pytest.raises(Conflict, match="enrolled already"):
        enrolled(database, street.chipo)


def test_neither_secret_nor_recovery_code_can_be_read_in_the_database(
    database: Database, street: Street
) -> None:
    enrolment = enrolled(database, street.chipo)
    secret = base64.b32decode(enrolment.secret)

    with database.transaction() as connection:
        (sealed,) = connection.execute("select sealed_secret from second_factor").fetchone() or ()
        codes = str(connection.execute("select code_hash from recovery_code").fetchall())

    assert secret not in sealed
    assert secret.hex().encode() not in sealed
    assert enrolment.recovery_codes[0].replace("-", "") not in codes


def test_a_new_secret_of_the_server_opens_what_a_former_one_closed(
    database: Database, street: Street
) -> None:
    enrolment = enrolled(database, street.chipo)
    new = "another secret that is long enough to be one"
    code = code_at(enrolment, NOW)

    with pytest.raises(Unavailable, match="PEERGRID_FORMER_SECRETS"):
        check(database, street.chipo, code, seal=Seal("tests", [new]))
    check(database, street.chipo, code, seal=Seal("tests", [new, SECRET]))


def test_somebody_elses_secret_cannot_be_put_in_place_of_ones_own(
    database: Database, street: Street
) -> None:
    mine = enrolled(database, street.ada)
    enrolled(database, street.chipo)
    with database.transaction() as connection:
        connection.execute(
            "update second_factor set sealed_secret ="
            " (select sealed_secret from second_factor where member_id = %s)",
            (street.ada.member_id,),
        )

    with pytest.raises(Unavailable):
        check(database, street.chipo, code_at(mine, NOW))


def test_a_challenge_ends_with_its_time_and_with_the_password(
    database: Database, street: Street
) -> None:
    now = datetime.now(UTC)
    good = second_factor.challenge_for(street.ada, SECRET, now)
    old = second_factor.challenge_for(street.ada, SECRET, now - timedelta(hours=1))
    with database.transaction() as connection:
        assert second_factor.who_was_challenged(connection, good, SECRET) == street.ada
        for wrong in (old, "nonsense"):
            with pytest.raises(Unknown):
                second_factor.who_was_challenged(connection, wrong, SECRET)

        after = now + timedelta(minutes=2)
        set_password(connection, street.ada.member_id, "an altogether new one", after)
        with pytest.raises(Unknown):
            second_factor.who_was_challenged(connection, good, SECRET)
