"""Meters as an operator changes them at the command line, and a community that cannot settle."""

import re

from psycopg.types.json import Jsonb

from peergrid.database.pool import Database
from peergrid.market.tariff_terms import terms_of
from peergrid.market.zimbabwe import zetdc_tariff
from peergrid.meters.registry import meter_anywhere
from peergrid.meters.senders import meter_with_key
from tests.cli.test_commands import peergrid, refused
from tests.community import FIRST, Street, found_street, report_both

AT = ("--at", "2026-09-01T08:00+02:00")


def test_a_meter_is_replaced_handed_over_and_ended(
    url: str, database: Database, street: Street
) -> None:
    del street
    replaced = peergrid("replace-meter", "street-ben", "--by", "street-ben-2", *AT, url=url)
    at = ("--at", "2026-09-02T08:00+02:00")
    handed = peergrid("hand-over", "street-ben-2", "--to", "ada@street.example", *at, url=url)
    ended = peergrid("end-meter", "street-ben-2", "--at", "2026-09-03T06:00Z", url=url)

    assert "street-ben-2 takes over from street-ben at 2026-09-01 06:00 UTC" in replaced.stdout
    key = re.search(r"its key, shown this once: (mk_\S+)", replaced.stdout)
    assert key is not None
    with database.transaction() as connection:
        assert meter_with_key(connection, key[1]).serial == "street-ben-2"
        new = meter_anywhere(connection, "street-ben-2")
    assert "is ada@street.example's from 2026-09-02 06:00 UTC on" in handed.stdout
    assert "counts until 2026-09-03 06:00 UTC" in ended.stdout
    assert new.active_until is not None


def test_what_makes_no_sense_changes_nothing(url: str, street: Street) -> None:
    del street

    assert refused(peergrid("end-meter", "nobodys", *AT, url=url), 2, "No meter is called")
    done = peergrid("end-meter", "street-ben", "--at", "noon", url=url)
    assert refused(done, 2, "'noon' is no time: write it as")
    done = peergrid("end-meter", "street-ben", "--at", "2026-09-01T08:00", url=url)
    assert refused(done, 2, "has no time zone")
    done = peergrid("hand-over", "street-ben", "--to", "nobody@street.example", *AT, url=url)
    assert refused(done, 2, "No member has the address")


def test_a_community_that_cannot_be_settled_says_so_and_stops_no_other(
    url: str, database: Database, street: Street
) -> None:
    with database.transaction() as connection:
        broken = found_street(connection, "broken")
        terms = terms_of(zetdc_tariff("feed_in")) | {"scheme": "barter", "valid_from": "2026-09-01"}
        connection.execute(
            "insert into tariff (community_id, valid_from, terms) values (%s, %s, %s)",
            (broken.community_id, terms["valid_from"], Jsonb(terms)),
        )
    for one in (broken, street):
        report_both(database, one, FIRST)

    done = peergrid("settle", url=url)

    assert refused(done, 1, "broken: Settlement cannot go on: no scheme is called 'barter'")
    assert done.stdout == "street: 1 half hours settled, 0 reversed\n"
