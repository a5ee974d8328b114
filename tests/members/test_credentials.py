"""Who is who: passwords, short tokens, and refresh tokens good for one use."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from peergrid.database.pool import Database
from peergrid.errors import Invalid, Unknown
from peergrid.members import credentials, sessions, standing
from tests.community import PASSWORD, Street
from tests.conftest import SECRET

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def signed_in(database: Database, street: Street) -> sessions.Pair:
    with database.transaction() as connection:
        return sessions.issue(connection, street.ada, SECRET, NOW)


def renewed(database: Database, token: str, now: datetime = NOW) -> sessions.Pair | None:
    with database.transaction() as connection:
        return sessions.renew(connection, token, SECRET, now)


def test_the_right_password_tells_who_it_is(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        member = credentials.prove(credentials.claim(connection, "ADA@street.example"), PASSWORD)

    assert member == street.ada


@pytest.mark.parametrize(
    ("email", "password"),
    [("ada@street.example", "wrong"), ("nobody@street.example", PASSWORD)],
)
def test_a_wrong_one_is_told_without_saying_which_part(
    database: Database, street: Street, email: str, password: str
) -> None:
    with (
        pytest.raises(Unknown, match="The e-mail address or the password is wrong"),
        database.transaction() as connection,
    ):
        credentials.prove(credentials.claim(connection, email), password)


def test_a_password_is_stored_as_argon2id_alone(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        rows = connection.execute("select password_hash from credential").fetchall()

    assert all(row[0].startswith("$argon2id$") and PASSWORD not in row[0] for row in rows)


def test_a_short_password_is_refused(database: Database, street: Street) -> None:
    with pytest.raises(Invalid, match="15 to 256"), database.transaction() as connection:
        credentials.set_password(connection, street.ada.member_id, "short")


def test_an_access_token_ends_and_cannot_be_forged(database: Database, street: Street) -> None:
    old = jwt.encode({"sub": "1", "exp": NOW - timedelta(days=400)}, SECRET, algorithm="HS256")
    forged = jwt.encode({"sub": "1", "exp": NOW + timedelta(days=4000)}, "x" * 32)
    unsigned = jwt.encode({"sub": "1", "exp": NOW + timedelta(days=4000)}, "", algorithm="none")
    endless = jwt.encode({"sub": "1"}, SECRET, algorithm="HS256")

    for token in (old, forged, unsigned, endless, "nonsense"):
        with pytest.raises(Unknown), database.transaction() as connection:
            sessions.who_holds(connection, token, SECRET)


def test_a_refresh_token_is_good_for_one_use(database: Database, street: Street) -> None:
    first = signed_in(database, street)

    second = renewed(database, first.refresh_token)

    assert second is not None
    assert second.refresh_token != first.refresh_token


def test_a_pair_that_was_lost_on_the_way_can_be_asked_for_again(
    database: Database, street: Street
) -> None:
    first = signed_in(database, street)
    lost = renewed(database, first.refresh_token)

    again = renewed(database, first.refresh_token, NOW + sessions.LOST_ANSWER)

    assert lost is not None
    assert again is not None


def test_asking_again_and_again_does_not_make_it_last(database: Database, street: Street) -> None:
    first = signed_in(database, street)
    times = [NOW + n * sessions.LOST_ANSWER * 0.9 for n in range(3)]

    pairs = [renewed(database, first.refresh_token, time) for time in times]

    assert [pair is not None for pair in pairs] == [True, True, False]


def test_a_new_password_ends_every_sign_in(database: Database, street: Street) -> None:
    before = signed_in(database, street)
    with database.transaction() as connection:
        credentials.set_password(connection, street.ada.member_id, "another password")

    assert renewed(database, before.refresh_token) is None


def test_one_used_twice_ends_the_whole_family(database: Database, street: Street) -> None:
    first = signed_in(database, street)
    second = renewed(database, first.refresh_token)
    assert second is not None

    stolen = renewed(database, first.refresh_token, NOW + timedelta(hours=1))

    assert stolen is None
    assert renewed(database, second.refresh_token, NOW + timedelta(hours=1)) is None


def test_a_refresh_token_ends_after_its_life_and_on_sign_out(
    database: Database, street: Street
) -> None:
    late, left = signed_in(database, street), signed_in(database, street)
    with database.transaction() as connection:
        sessions.end(connection, left.refresh_token)

    assert renewed(database, late.refresh_token, NOW + sessions.SESSION_LIFE) is None
    assert renewed(database, left.refresh_token) is None


@pytest.mark.parametrize(
    "password",
    ["passwordpassword", "123456789012345", "qwertyuiopasdfgh", "ada@street.example", "a" * 40],
)
def test_a_password_that_is_guessed_first_is_refused(
    database: Database, street: Street, password: str
) -> None:
    with pytest.raises(Invalid, match="first to be guessed"), database.transaction() as connection:
        credentials.set_password(connection, street.ada.member_id, password)


def test_a_password_has_a_longest_length(database: Database, street: Street) -> None:
    with pytest.raises(Invalid, match="15 to 256"), database.transaction() as connection:
        credentials.set_password(connection, street.ada.member_id, "correct horse battery" * 20)


def test_a_password_is_the_same_however_a_keyboard_composed_it(
    database: Database, street: Street
) -> None:
    with database.transaction() as connection:
        credentials.set_password(connection, street.ada.member_id, "caf\u00e9 under the msasa")
        claimed = credentials.claim(connection, street.ada.email)

    assert credentials.prove(claimed, "cafe\u0301 under the msasa") == street.ada


def test_an_access_token_ends_with_its_session_the_password_or_the_members_standing(
    database: Database, street: Street
) -> None:
    for end in ("sign-out", "password", "suspension"):
        pair = signed_in(database, street)
        now = datetime.now(UTC)
        with database.transaction() as connection:
            token = sessions.issue(connection, street.ben, SECRET, now).access_token
            assert sessions.who_holds(connection, token, SECRET).member == street.ben
            if end == "sign-out":
                sessions.end_all(connection, street.ben.member_id)
            elif end == "password":
                credentials.set_password(connection, street.ben.member_id, "an altogether new one")
            else:
                standing.suspend(connection, street.chipo, street.ben.member_id, now)
            with pytest.raises(Unknown):
                sessions.who_holds(connection, token, SECRET)
        assert renewed(database, pair.refresh_token) is not None  # Ada's is none of this


def test_who_sees_everybodys_signs_in_every_day(database: Database, street: Street) -> None:
    with database.transaction() as connection:
        pair = sessions.issue(connection, street.chipo, SECRET, NOW)

    assert renewed(database, pair.refresh_token, NOW + sessions.PRIVILEGED_LIFE) is None


def test_a_device_without_a_name_or_with_a_wild_one_is_listed(
    database: Database, street: Street
) -> None:
    with database.transaction() as connection:
        for name in ("", "\x00\x1b[31m", "Firefox " * 100):
            sessions.issue(connection, street.ada, SECRET, NOW, name)
        listed = sessions.sessions_of(connection, street.ada.member_id, NOW)

    assert {one.device[:12] for one in listed} == {"Unknown devi", "[31m", "Firefox Fire"}
    assert max(len(one.device) for one in listed) == sessions.MOST_OF_A_NAME
