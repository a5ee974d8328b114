"""What whoever keeps the server can do for a meter, and for a member nobody else can help."""

import re

from peergrid.database.pool import Database
from peergrid.members.credentials import claim, prove
from peergrid.members.one_time_link import Purpose, use_link
from peergrid.meters.senders import meter_with_key
from tests.cli.test_commands import peergrid, refused
from tests.community import START, Street


def test_a_meter_gets_a_new_key_and_an_old_one_ends(
    url: str, database: Database, street: Street
) -> None:
    made = peergrid("key", "street-ada", url=url)
    new = made.stdout.split(": ")[1].strip()
    listed = peergrid("key", "street-ada", "--list", url=url)
    first = re.search(r"key (\d+): last used never, ends", listed.stdout)
    assert first
    ended = peergrid("key", "street-ada", "--revoke", first[1], url=url)

    assert ended.exit_code == 0
    assert "key 3: last used never\n" in listed.stdout
    with database.transaction() as connection:
        assert meter_with_key(connection, new).serial == "street-ada"
    after = peergrid("key", "street-ada", "--list", url=url)
    assert first[0] not in after.stdout
    assert refused(peergrid("key", "street-eve", url=url), 2, "No meter is called street-eve.")


def test_the_first_operator_of_a_community_is_registered_and_gets_a_link(
    url: str, database: Database, street: Street
) -> None:
    told = ("member", "Rudo@street.example", "--add", "Rudo", "--community", "street", "--link")

    done = peergrid(*told, url=url)

    link = re.search(r"http://localhost:8000/#/reset/(\S+)", done.stdout)
    assert link
    assert "rudo@street.example: operator of Street, active" in done.stdout
    with database.transaction() as connection:
        use_link(connection, link[1], Purpose.RESET, "seven quiet msasa trees", START)
        claimed = claim(connection, "rudo@street.example")
    assert prove(claimed, "seven quiet msasa trees").name == "Rudo"


def test_nobody_is_told_so(url: str, street: Street) -> None:
    sentence = "Nobody is registered as eve@street.example"

    assert refused(peergrid("member", "eve@street.example", url=url), 2, sentence)
