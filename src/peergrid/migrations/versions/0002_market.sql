-- What schemes and tariffs beyond the first two book.

alter type transfer_kind add value 'vat';
alter type transfer_kind add value 'fixed';
alter type transfer_kind add value 'credit_lost';
alter type transfer_kind add value 'credit_paid';

alter table share
  add vat_micros bigint not null default 0 check (vat_micros >= 0),
  add fixed_micros bigint not null default 0 check (fixed_micros >= 0),
  add credit_lost_wh bigint not null default 0 check (credit_lost_wh >= 0),
  add credit_paid_micros bigint not null default 0 check (credit_paid_micros >= 0);

-- By coefficients or at limit prices less may be shared than there is on the scarcer side.
alter table settlement drop constraint settlement_check;
alter table settlement add constraint shared_at_most_the_scarcer_side
  check (shared_wh between 0 and least(demand_wh, supply_wh));
