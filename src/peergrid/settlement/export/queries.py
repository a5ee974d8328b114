"""What exports ask the database, and what the columns of each answer hold."""

from peergrid.files.table import Kind

TEXT, WHOLE, INSTANT, DAY, FLAG = Kind.TEXT, Kind.WHOLE, Kind.INSTANT, Kind.DAY, Kind.FLAG

READING_COLUMNS = {
    "meter": TEXT,
    "interval_start_utc": INSTANT,
    **dict.fromkeys(("import_wh", "export_wh", "generation_wh"), WHOLE),
    "quality": TEXT,
    "revision": WHOLE,
}
REPLACED_COLUMNS = READING_COLUMNS | {"replaced_at_utc": INSTANT}
REPLACED = """
select interval_start, import_wh, export_wh, generation_wh,
  (array['measured', 'estimated', 'missing', 'edited', 'outage'])[quality + 1], revision,
  replaced_at
from reading_version
where meter_id = %(meter)s and interval_start >= %(start)s and interval_start < %(end)s
order by interval_start, replaced_at"""

SHARE_VALUES = {
    **dict.fromkeys(("import_wh", "export_wh", "bought_wh", "sold_wh", "billed_wh"), WHOLE),
    **dict.fromkeys(("paid_micros", "earned_micros", "retail_micros", "levy_micros"), WHOLE),
    **dict.fromkeys(("vat_micros", "fixed_micros", "feed_in_micros"), WHOLE),
    **dict.fromkeys(("credit_earned_wh", "credit_used_wh", "credit_lost_wh"), WHOLE),
    "credit_paid_micros": WHOLE,
}
SHARE_COLUMNS = {
    "meter": TEXT,
    "interval_start_utc": INSTANT,
    "settlement_id": WHOLE,
    "stands": FLAG,
    **SHARE_VALUES,
}
SHARES = f"""
select h.interval_start, h.settlement_id,
  not exists (select from settlement r
    where r.reverses = h.settlement_id and r.community_id = m.community_id),
  {", ".join(SHARE_VALUES)}
from share h join meter m on m.meter_id = h.meter_id
where h.meter_id = %(meter)s and h.interval_start >= %(start)s and h.interval_start < %(end)s
order by h.interval_start, h.settlement_id"""  # noqa: S608 - names of our own

# The account is whose the meter was at the time: nothing here is of another owner's time.
STATEMENT_COLUMNS = {
    "day": DAY,
    **dict.fromkeys(("meter", "kind"), TEXT),
    **dict.fromkeys(("amount_micros_usd", "amount_wh_credit", "energy_wh", "entries"), WHOLE),
    "is_reversal": FLAG,
}
STATEMENT = """
select (e.interval_start at time zone 'Africa/Harare')::date, m.serial, e.kind,
  sum(e.change) filter (where e.unit = 'USD')::bigint,
  sum(e.change) filter (where e.unit = 'WH')::bigint,
  sum(e.energy_wh)::bigint, count(*), e.is_reversal
from account a join entry e using (meter_id, account_id) join meter m using (meter_id)
where a.member_id = %(member)s and e.interval_start >= %(start)s and e.interval_start < %(end)s
group by 1, 2, 3, e.unit, 8 order by 1, 2, 3, 8, e.unit"""

MEMBER_COLUMNS = {"member_id": WHOLE, **dict.fromkeys(("name", "email", "role"), TEXT)}
MEMBERS = """
select member_id, name, email, role::text from member
where community_id = %(community)s order by 1"""

METER_COLUMNS = {
    **dict.fromkeys(("meter", "connection", "member"), TEXT),
    "member_id": WHOLE,
    "has_panels": FLAG,
    "connection_w": WHOLE,
    **dict.fromkeys(("active_from_utc", "active_until_utc", "latest_interval_utc"), INSTANT),
}
METERS = """
select m.serial, f.serial, o.name, o.member_id, m.has_panels, m.connection_w, m.active_from,
  m.active_until, latest_of(m)
from meter m join meter f on f.meter_id = m.connection_id join member o on o.member_id = m.member_id
where m.community_id = %(community)s order by m.meter_id"""

SETTLEMENT_COLUMNS = {
    "settlement_id": WHOLE,
    "interval_start_utc": INSTANT,
    **dict.fromkeys(("revision", "reverses_settlement_id", "tariff_id"), WHOLE),
    **dict.fromkeys(("demand_wh", "supply_wh", "shared_wh"), WHOLE),
    **dict.fromkeys(("price_micros_per_kwh", "payout_micros_per_kwh"), WHOLE),
    **dict.fromkeys(("estimated_readings", "transfers"), WHOLE),
    "settled_at_utc": INSTANT,
}
SETTLEMENTS = """
select settlement_id, interval_start, revision, reverses, tariff_id, demand_wh, supply_wh,
  shared_wh, price_micros_per_kwh, payout_micros_per_kwh, estimated, transfers, settled_at
from settlement
where community_id = %(community)s and interval_start >= %(start)s and interval_start < %(end)s
order by interval_start, settlement_id"""

TRANSFER_COLUMNS = {
    "meter": TEXT,
    "interval_start_utc": INSTANT,
    "settlement_id": WHOLE,
    "kind": TEXT,
    "debit_account_id": WHOLE,
    "debit_account": TEXT,
    "credit_account_id": WHOLE,
    "credit_account": TEXT,
    "member_id": WHOLE,
    **dict.fromkeys(("amount_micros_usd", "amount_wh_credit", "energy_wh"), WHOLE),
    "is_reversal": FLAG,
}
TRANSFERS = """
select t.interval_start, t.settlement_id, t.kind::text, d.account_id, d.kind::text, c.account_id,
  c.kind::text, coalesce(d.member_id, c.member_id), case when t.unit = 'USD' then t.amount end,
  case when t.unit = 'WH' then t.amount end, t.energy_wh, t.is_reversal
from transfer t
join account d on d.account_id = t.debit_account join account c on c.account_id = t.credit_account
where t.meter_id = %(meter)s and t.interval_start >= %(start)s and t.interval_start < %(end)s
order by t.interval_start, t.settlement_id, t.kind"""

PAYOUT_COLUMNS = {
    "payout_id": WHOLE,
    "member_id": WHOLE,
    **dict.fromkeys(("member", "reference", "service", "number"), TEXT),
    **dict.fromkeys(("amount_micros_usd", "received_micros_usd", "fee_micros_usd"), WHOLE),
    **dict.fromkeys(("tax_micros_usd", "taken_micros_usd"), WHOLE),
    **dict.fromkeys(("state", "reason"), TEXT),
    "batch_id": WHOLE,
    **dict.fromkeys(("requested_at_utc", "concluded_at_utc"), INSTANT),
}
PAYOUTS = """
select p.payout_id, p.member_id, m.name, p.reference, p.service::text, p.number, p.amount_micros,
  p.received_micros, p.fee_micros, p.tax_micros, p.taken_micros, p.state::text, p.reason,
  p.batch_id, p.requested_at, p.concluded_at
from payout p join member m using (member_id)
where p.community_id = %(community)s and p.requested_at >= %(start)s and p.requested_at < %(end)s
  and p.member_id = coalesce(%(member)s, p.member_id)
order by p.payout_id"""
