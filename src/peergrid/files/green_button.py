"""Readings as a Green Button file: an Atom feed of NAESB REQ.21 ESPI resources.

Elements stand in the order of the published schema (naesb.org/espi, version 3.3). A meter is a
UsagePoint with two MeterReadings: flowDirection 1 is what was drawn (forward), 19 what was fed in
(reverse). What panels made is no count of the meter at the connection and is left out.
"""

import uuid
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from peergrid.energy import INTERVAL, LOCAL_OFFSET, Quality

MEDIA_TYPE = "application/atom+xml"
NAMES = uuid.UUID("6f1d6f53-7c0e-4f0f-9a63-3c1f9a1be5d2")  # from which ids are made: stable ones
IMPORT, EXPORT = 1, 19  # FlowDirectionKind
ENERGY, DELTA_DATA, ELECTRICITY, NORMAL, WH = 12, 4, 1, 12, 72
QUALITY_OF = {  # QualityOfReading: valid, estimated using a reference day, manually edited, other
    Quality.MEASURED: 0,
    Quality.ESTIMATED: 8,
    Quality.EDITED: 7,
    Quality.OUTAGE: 16,
}  # one that is missing is left out
SECONDS = int(INTERVAL.total_seconds())
OFFSET_S = int(LOCAL_OFFSET.total_seconds())
ESPI = 'xmlns="http://naesb.org/espi"'


@dataclass(frozen=True)
class Counted:
    """One reading as the feed needs it [Wh]."""

    start: datetime
    import_wh: int
    export_wh: int
    quality: Quality


@dataclass(frozen=True)
class MeterFeed:
    """A meter, and its readings in rising order, a block at a time; each block becomes an entry."""

    serial: str
    blocks: Iterable[Sequence[Counted]]


def green_button_parts(
    title: str, updated: datetime, meters: Iterable[MeterFeed]
) -> Generator[bytes]:
    """The whole feed, as much at once as a block of readings."""
    when = f"{updated:%Y-%m-%dT%H:%M:%SZ}"
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<id>{_id(title, when)}</id>\n<title>{_text(title)}</title>\n<updated>{when}</updated>\n"
        "<author><name>PeerGrid</name></author>\n"
        + _entry("LocalTimeParameters/1", "LocalTimeParameters", (), "Africa/Harare", when, LOCAL)
        + "".join(_reading_type(flow, name, when) for flow, name in FLOWS)
    ).encode()
    for meter in meters:
        yield _usage_point(meter.serial, when).encode()
        for number, block in enumerate(meter.blocks, start=1):
            for flow, name in FLOWS:
                yield _block(meter.serial, flow, f"{name}_wh", number, block, when).encode()
    yield b"</feed>\n"


FLOWS = ((IMPORT, "import"), (EXPORT, "export"))
LOCAL = (  # no summer time: both rules name no day
    f"<LocalTimeParameters {ESPI}><dstEndRule>FFFFFFFF</dstEndRule><dstOffset>0</dstOffset>"
    f"<dstStartRule>FFFFFFFF</dstStartRule><tzOffset>{OFFSET_S}</tzOffset></LocalTimeParameters>"
)


def _reading_type(flow: int, name: str, when: str) -> str:
    values = {
        "accumulationBehaviour": DELTA_DATA,
        "commodity": ELECTRICITY,
        "dataQualifier": NORMAL,
        "flowDirection": flow,
        "intervalLength": SECONDS,
        "kind": ENERGY,
        "phase": 0,
        "powerOfTenMultiplier": 0,
        "timeAttribute": 0,
        "uom": WH,
    }
    inside = "".join(f"<{key}>{value}</{key}>" for key, value in values.items())
    content = f"<ReadingType {ESPI}>{inside}</ReadingType>"
    return _entry(f"ReadingType/{flow}", "ReadingType", (), f"{name}, Wh", when, content)


def _usage_point(serial: str, when: str) -> str:
    place = _place(serial)
    content = (
        f"<UsagePoint {ESPI}><ServiceCategory><kind>0</kind></ServiceCategory>"
        "<status>1</status></UsagePoint>"
    )
    related = (f"{place}/MeterReading", "LocalTimeParameters/1")
    entries = [_entry(place, "UsagePoint", related, serial, when, content)]
    for flow, name in FLOWS:
        one = f"{place}/MeterReading/{flow}"
        related = (f"ReadingType/{flow}", f"{one}/IntervalBlock")
        title = f"{serial}, {name}"
        up, content = f"{place}/MeterReading", f"<MeterReading {ESPI}/>"
        entries.append(_entry(one, up, related, title, when, content))
    return "".join(entries)


def _block(
    serial: str, flow: int, name: str, number: int, readings: Sequence[Counted], when: str
) -> str:
    up = f"{_place(serial)}/MeterReading/{flow}/IntervalBlock"
    first, last = (int(readings[place].start.timestamp()) for place in (0, -1))
    span = f"<duration>{last - first + SECONDS}</duration><start>{first}</start>"
    inside = "".join(_readings(name, readings))
    content = f"<IntervalBlock {ESPI}><interval>{span}</interval>\n{inside}</IntervalBlock>"
    title = f"{serial} from {readings[0].start:%Y-%m-%dT%H:%MZ}"
    return _entry(f"{up}/{number}", up, (), title, when, content)


def _readings(name: str, readings: Sequence[Counted]) -> Iterator[str]:
    for one in readings:
        if one.quality in QUALITY_OF:
            yield (
                "<IntervalReading><ReadingQuality>"
                f"<quality>{QUALITY_OF[one.quality]}</quality></ReadingQuality><timePeriod>"
                f"<duration>{SECONDS}</duration><start>{int(one.start.timestamp())}</start>"
                f"</timePeriod><value>{getattr(one, name)}</value></IntervalReading>\n"
            )


def _entry(place: str, up: str, related: Sequence[str], title: str, when: str, content: str) -> str:
    links = [("self", place), ("up", up), *(("related", one) for one in related)]
    told = "".join(f'<link rel="{rel}" href="{escape(href)}"/>' for rel, href in links)
    return (
        f"<entry><id>{_id(place)}</id>{told}<title>{_text(title)}</title>\n"
        f"<content>{content}</content>\n"
        f"<published>{when}</published><updated>{when}</updated></entry>\n"
    )


def _place(serial: str) -> str:
    return f"UsagePoint/{uuid.uuid5(NAMES, serial).hex}"


def _id(*parts: Any) -> str:
    return f"urn:uuid:{uuid.uuid5(NAMES, '|'.join(map(str, parts)))}"


def _text(text: str) -> str:
    """A text that XML can hold: control characters have no place in it."""
    return escape("".join(one for one in text if one.isprintable()))
