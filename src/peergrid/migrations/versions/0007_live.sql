-- What is new, for whoever listens: a hint where to look, never the only place where it stands.

create table news (
  news_id bigint generated always as identity primary key,  -- rises as they are committed
  -- no foreign key: it would wait for whoever settles the community, who waits to add news
  community_id int not null,
  kind text not null check (kind in ('readings', 'settled', 'reversed')),
  first_interval timestamptz not null check (is_interval(first_interval)),
  last_interval timestamptz not null check (is_interval(last_interval)),
  check (first_interval <= last_interval));
create index on news (community_id, news_id);
