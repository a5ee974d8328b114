"""The feed follows ESPI: the order of its elements, its links, its codes."""

from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

from peergrid.energy import Quality
from peergrid.files.green_button import Counted, MeterFeed, green_button_parts
from tests.community import FIRST

ATOM, ESPI = "{http://www.w3.org/2005/Atom}", "{http://naesb.org/espi}"
NOW = datetime(2026, 10, 1, tzinfo=UTC)
# naesb.org/espi, version 3.3: the sequences of what a feed here may hold
ORDER = {
    "UsagePoint": ["roleFlags", "ServiceCategory", "status"],
    "ServiceCategory": ["kind"],
    "LocalTimeParameters": ["dstEndRule", "dstOffset", "dstStartRule", "tzOffset"],
    "MeterReading": [],
    "ReadingType": [
        *("accumulationBehaviour", "commodity", "consumptionTier", "currency", "dataQualifier"),
        *("defaultQuality", "flowDirection", "intervalLength", "kind", "phase"),
        *("powerOfTenMultiplier", "timeAttribute", "tou", "uom"),
    ],
    "IntervalBlock": ["interval", "IntervalReading"],
    "interval": ["duration", "start"],
    "IntervalReading": ["cost", "ReadingQuality", "timePeriod", "value"],
    "ReadingQuality": ["quality"],
    "timePeriod": ["duration", "start"],
}


@pytest.fixture
def feed() -> ET.Element:
    """Two half hours of a meter with a name that XML must escape; one is estimated."""
    readings = [
        Counted(FIRST.start, 400, 0, Quality.MEASURED),
        Counted(FIRST.later(1).start, 300, 50, Quality.ESTIMATED),
        Counted(FIRST.later(2).start, 0, 0, Quality.MISSING),
        Counted(FIRST.later(3).start, 0, 0, Quality.OUTAGE),
    ]
    meters = [MeterFeed("A&B<1>", [readings[:2], readings[2:]])]
    parts = green_button_parts("A street & its sun\x0b", NOW, meters)
    return ET.fromstring(b"".join(parts).decode())  # noqa: S314 - our own


def test_every_element_stands_where_the_schema_has_it(feed: ET.Element) -> None:
    seen = set()
    for element in feed.iter():
        name = element.tag.removeprefix(ESPI)
        if name in ORDER:
            seen.add(name)
            places = [ORDER[name].index(child.tag.removeprefix(ESPI)) for child in element]
            assert places == sorted(places), name
    assert seen == ORDER.keys()


def test_import_is_forward_and_export_is_reverse_in_watt_hours(feed: ET.Element) -> None:
    types = {
        kind.findtext(f"{ESPI}flowDirection"): [
            kind.findtext(f"{ESPI}{name}")
            for name in ("uom", "powerOfTenMultiplier", "intervalLength", "kind")
        ]
        for kind in feed.iter(f"{ESPI}ReadingType")
    }

    assert types == {"1": ["72", "0", "1800", "12"], "19": ["72", "0", "1800", "12"]}


def test_readings_carry_their_times_values_and_qualities(feed: ET.Element) -> None:
    found: dict[str, list[tuple[int, ...]]] = {"1": [], "19": []}
    for entry in feed.iter(f"{ATOM}entry"):
        for block in entry.iter(f"{ESPI}IntervalBlock"):
            link = entry.find(f"{ATOM}link[@rel='up']")
            assert link is not None
            flow = link.get("href", "").split("/")[-2]
            for one in block.iter(f"{ESPI}IntervalReading"):
                texts = (
                    one.findtext(f"{ESPI}timePeriod/{ESPI}start"),
                    one.findtext(f"{ESPI}value"),
                    one.findtext(f"{ESPI}ReadingQuality/{ESPI}quality"),
                )
                found[flow].append(tuple(int(text or "") for text in texts))

    first = int(FIRST.start.timestamp())
    times = (first, first + 1_800, first + 5_400)
    assert found["1"] == [(times[0], 400, 0), (times[1], 300, 8), (times[2], 0, 16)]
    assert found["19"] == [(times[0], 0, 0), (times[1], 50, 8), (times[2], 0, 16)]


def test_ids_are_unique_and_links_lead_somewhere(feed: ET.Element) -> None:
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    links = [
        (link.get("rel"), link.get("href", ""))
        for one in entries
        for link in one.iter(f"{ATOM}link")
    ]
    places = [href for rel, href in links if rel == "self"]

    assert len(set(ids)) == len(ids) == len(set(places))
    for rel, href in links:
        if rel == "related":
            assert any(place.startswith(href) for place in places), href
    assert all(str(one).startswith("urn:uuid:") for one in ids)
    assert feed.findtext(f"{ATOM}title") == "A street & its sun"
