"""What else is stored about a member: only a member's whole file asks for it."""

from peergrid.settlement.export.queries import DAY, FLAG, INSTANT, TEXT, WHOLE

PERSON_COLUMNS = {
    "member_id": WHOLE,
    **dict.fromkeys(("name", "email", "role", "community", "community_title"), TEXT),
    **dict.fromkeys(("approved_at_utc", "suspended_at_utc", "password_changed_at_utc"), INSTANT),
    "second_factor_since_utc": INSTANT,
}
PERSON = """
select m.member_id, m.name, m.email, m.role::text, c.name, c.title, m.approved_at,
  m.suspended_at, p.changed_at, f.confirmed_at
from member m join community c using (community_id)
left join credential p using (member_id) left join second_factor f using (member_id)
where m.member_id = %(member)s"""

OWN_METER_COLUMNS = {
    **dict.fromkeys(("meter", "connection"), TEXT),
    "has_panels": FLAG,
    "connection_w": WHOLE,
    **dict.fromkeys(("yours_from_utc", "yours_until_utc"), INSTANT),
}
OWN_METERS = """
select m.serial, f.serial, m.has_panels, m.connection_w,
  greatest(o.from_interval, m.active_from),
  nullif(least(o.until_interval, coalesce(m.active_until, 'infinity')), 'infinity')
from connection_owner o join meter m using (connection_id)
join meter f on f.meter_id = m.connection_id
where o.member_id = %(member)s
  and greatest(o.from_interval, m.active_from)
    < least(o.until_interval, coalesce(m.active_until, 'infinity'))
order by m.meter_id, 5"""

LIMIT_COLUMNS = {  # a connection is named by its first meter
    "connection": TEXT,
    "valid_from_utc": INSTANT,
    **dict.fromkeys(("bid_micros_per_kwh", "ask_micros_per_kwh"), WHOLE),
    "set_at_utc": INSTANT,
}
LIMITS = """
select m.serial, l.valid_from, l.bid_micros_per_kwh, l.ask_micros_per_kwh, l.set_at
from limit_price l join meter m on m.meter_id = l.connection_id where l.set_by = %(member)s
order by l.limit_id"""

AGREEMENT_COLUMNS = {
    "connection": TEXT,
    "agreement_id": WHOLE,
    "coefficient_ppm": WHOLE,
    "published_at_utc": INSTANT,
    "valid_from": DAY,
}
AGREEMENTS = """
select m.serial, a.agreement_id,
  a.coefficients_ppm[array_position(a.connection_ids, o.connection_id)], a.published_at,
  a.valid_from
from connection_owner o join meter m on m.meter_id = o.connection_id
join agreement a on o.connection_id = any(a.connection_ids) and a.published_at is not null
where o.member_id = %(member)s
  and (a.valid_from is null or a.valid_from between
    (greatest(o.from_interval, '2000-01-01') at time zone 'Africa/Harare')::date
    and (least(o.until_interval, '2100-01-01') at time zone 'Africa/Harare')::date)
order by 2, 1"""

TOP_UP_COLUMNS = {
    "reference": TEXT,
    "amount_micros_usd": WHOLE,
    "state": TEXT,
    **dict.fromkeys(("asked_at_utc", "concluded_at_utc"), INSTANT),
}
TOP_UPS = """
select reference, amount_micros, state::text, asked_at, concluded_at from top_up
where member_id = %(member)s order by top_up_id"""

SESSION_COLUMNS = {
    "device": TEXT,
    **dict.fromkeys(("created_at_utc", "last_used_at_utc", "expires_at_utc"), INSTANT),
    "ended_at_utc": INSTANT,
}
SESSIONS = """
select device, created_at, last_used_at, expires_at, ended_at from session
where member_id = %(member)s order by created_at"""

KNOWN_DEVICE_COLUMNS = {"seen_at_utc": INSTANT}
KNOWN_DEVICES = "select seen_at from known_device where member_id = %(member)s order by 1"

CONSENT_COLUMNS = {
    **dict.fromkeys(("purpose", "version"), TEXT),
    **dict.fromkeys(("given_at_utc", "withdrawn_at_utc"), INSTANT),
}
CONSENTS = """
select purpose, version, given_at, withdrawn_at from consent
where member_id = %(member)s order by consent_id"""
