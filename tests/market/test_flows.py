"""Who shares with whom: every Wh is accounted for."""

from hypothesis import given

from peergrid.energy import Reading
from peergrid.market.flows import Flow, pro_rata
from peergrid.market.metered import metered
from tests.strategies import NOON, communities


def flows_of(readings: list[Reading]) -> list[Flow]:
    flows = pro_rata(metered([NOON.number], readings))
    return [flows.one(0, column) for column in range(len(flows.metered.meter_ids))]


def by_id(reading: Reading) -> int:
    return reading.meter_id


def test_a_surplus_serves_the_neighbour_first_and_the_grid_gets_the_rest() -> None:
    ada = Reading(1, NOON, import_wh=0, export_wh=1_000)
    ben = Reading(2, NOON, import_wh=400, export_wh=0)

    flows = flows_of([ada, ben])

    assert flows == [
        Flow(1, import_wh=0, export_wh=1_000, bought_wh=0, sold_wh=400),
        Flow(2, import_wh=400, export_wh=0, bought_wh=400, sold_wh=0),
    ]
    assert (flows[0].grid_export_wh, flows[1].grid_import_wh) == (600, 0)


def test_a_deficit_is_shared_in_proportion_to_what_each_draws() -> None:
    ada = Reading(1, NOON, import_wh=0, export_wh=600)
    ben = Reading(2, NOON, import_wh=1_000, export_wh=0)
    rudo = Reading(3, NOON, import_wh=2_000, export_wh=0)

    flows = flows_of([ada, ben, rudo])

    assert [flow.bought_wh for flow in flows] == [0, 200, 400]
    assert [flow.grid_import_wh for flow in flows] == [0, 800, 1_600]
    assert [flow.grid_export_wh for flow in flows] == [0, 0, 0]


@given(communities())
def test_every_wh_read_is_accounted_for(readings: list[Reading]) -> None:
    flows = flows_of(readings)

    for reading, flow in zip(sorted(readings, key=by_id), flows, strict=True):
        assert flow.meter_id == reading.meter_id
        assert flow.bought_wh + flow.grid_import_wh == reading.import_wh
        assert flow.sold_wh + flow.grid_export_wh == reading.export_wh
        assert min(flow.bought_wh, flow.grid_import_wh, flow.sold_wh, flow.grid_export_wh) >= 0


@given(communities())
def test_the_scarcer_side_is_served_in_full(readings: list[Reading]) -> None:
    flows = flows_of(readings)

    bought_wh = sum(flow.bought_wh for flow in flows)
    assert bought_wh == sum(flow.sold_wh for flow in flows)
    assert bought_wh == min(sum(r.import_wh for r in readings), sum(r.export_wh for r in readings))
