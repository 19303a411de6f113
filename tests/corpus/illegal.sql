-- Statements that StarRocks 4.1 refuses. `-- error N` holds for the lines that follow it.
-- `gap: reason` marks the next statement as one the engine answers otherwise so far.

-- group: syntax of expressions
-- error 1064
select;
select 1 +;
select * 1;
select 'a' 'b' as r;
select 1::int;
select try_cast('a' as int);
select safe_cast('a' as int);
select cast(1, int);
select cast(1 as real);
select cast(1 as timestamp);
select cast(1 as int4);
select cast(1 as double precision);
select cast(1 as bool);
select cast(1 as datetime(6));
select 'a' ilike 'A';
select 'a' like 'b' escape '!';
select 1 is true;
select 1 is not false;
select 1 is distinct from 2;
select 1 << 2;
select 2 ** 3;
select 7 // 2;
select 'a' ~ 'b';
select true xor false;
select (1, 2) = (1, 2);
select timestamp '2024-01-01 00:00:00';
select interval 1 day;
select date '2024-01-01' + interval 1 days;
select date_add('2024-01-01', interval 1 decade);
select date '2024-13-01';
select substring('abc' from 2 for 1);
select trim(both 'x' from 'xax');
select position('b' in 'abc');
select overlay('abc' placing 'x' from 1);
select extract('year' from '2024-01-01');
select ai[1:2] from (select [1, 2] as ai) t;
select x'414';
select 1e400;
select if;
select `unterminated;
select 'unterminated;
select case when 1 end;
select case end;
select count(*, 1);
select sum(distinct 1, 2);
select any_value(distinct 1);
select row_number();
select rank() over (order by 1 rows 1 preceding preceding);
select [1, 2;
select map{'a'};
select 1 in ();
select 1 between 2;
select left('abc');
select right();
select interval;
select 1 as order;
select 1 as select;
select 1 group;
select from;
select 1,;
select , 1;

-- group: syntax of queries
create table t (id int, g varchar(5), v int) duplicate key(id) distributed by hash(id) buckets 1;
-- error 1064
select distinct on (id) id from t;
select id from t group by all;
select g, count(*) from t group by g with rollup;
select id from t limit 1 percent;
select top 1 id from t;
select id from t fetch first 1 rows only;
select id from t limit 1 + 1;
select id from t limit -1;
select id from t offset 1;
select id from t for update;
select id from t where;
select id from t order;
select id from t group id;
select id from t having;
select * replace (1 as id) from t;
select * from t tablesample (10);
select * from t unpivot (a for b in (id));
select id from t left t on true;
select id from t join t b on a.id = b.id using (id);
select id from t left join t b;
select id, sum(v) over w from t window w as (order by id);
select id from t where id > all (select id from t);
select id from t where id = any (select id from t);
select id from t where id = some (select 1);
values (1, 2);
table t;
with s as select 1 select 1;
with s (select 1) select 1;
with recursive select 1;
select id into x from t;
select id from t qualify row_number() over (order by id) = 1 and;
select id + 1 as x from t qualify row_number() over (order by id) = 1;
select * from t qualify row_number() over (order by id) = 1;
select * from a.b.c.d;
select listagg(g, ',') within group (order by id) from t;
select group_concat(g limit 2) from t;
select count(distinct) from t;
select count(distinct id) filter (where v > 1) from t;
from t;
from t select id;
selct 1;
select id from t union;
select id from t union union select 1;
select id from t intersect;
(select 1;
select 1);

-- group: names that do not exist
create table t (id int, g varchar(5), v int) duplicate key(id) distributed by hash(id) buckets 1;
-- error 5502
select * from missing;
select 1 from t join missing on true;
desc missing;
-- error 5501
select * from nowhere.t;
create table nowhere.t (id int);
use nowhere;
-- error 1008
drop database nowhere;
-- error 1064
insert into missing values (1);
select missing from t;
select t.missing from t;
select x.id from t;
select id from t where missing = 1;
select id from t order by missing;
select id from t group by missing;
select missing(1);
select upper();
select upper('a', 'b');
select concat();
select dateadd(day, 1, '2024-01-01');
select nvl(1, 2);
select iff(true, 1, 2);
select to_char(1, 'x');
select len('a');
select isnull(1, 2);
select date_add('2024-01-01');
select to_timestamp('2024-01-01');
select charindex('a', 'b');
select unnest([1, 2]);
select * from unnest([1, 2]);
select * from generate_series(1, 3);

-- group: rules of queries
create table t (id int, g varchar(5), v int, j json, a array<int>) duplicate key(id) distributed by hash(id) buckets 1;
-- error 1064
select g, count(*) from t;
select g, v from t group by g;
select * from t group by g;
select id from t where count(*) > 1;
select sum(count(*)) from t;
select sum(sum(v)) from t group by g;
select id from t where row_number() over (order by id) = 1;
select id from t order by 9;
select id from t group by 9;
select id from t union all select id, g from t;
select id from t where id in (select id, v from t);
select (select id, v from t);
select distinct count(*) from t;
select distinct id from t having v > 1;
select distinct id + v from t having abs(id) = 1;
select sum(g), max(v), min(a) from t where a = 1;
select j from t order by j;
select j from t group by j;
select id from t a join t b on a.id = b.id;
select 1 + [1];
select not [1];
select 'a' like 1 like [1];
select id from t except all select id from t;
select id from t intersect all select id from t;
select group_concat(g) over () from t;
select sum(v) over (order by 1) from t;
select id from t where a;
select grouping(id) from t;
-- error 1066
select a.id from t a join t a on true;
-- error 1248
select * from (select 1);
select id from (select id from t) join t on true;

-- group: rules of tables
create table t (id int, v varchar(5)) duplicate key(id) distributed by hash(id) buckets 1;
create view v as select id from t;
-- error 1050
create table t (id int);
create view t as select 1 as x;
-- error 1060
create table x1 (id int, id int);
create table x2 (id int, ID int);
-- error 1064
create table x3;
create table x4 ();
create table x5 (id);
create table x6 (id int,);
create table x7 (id serial);
create table x8 (id timestamp);
create table x9 (id int primary key);
create table x10 (id int unique);
create table x11 (id int check (id > 0));
create table x12 (id int references t(id));
create table x13 (id int) duplicate key(missing);
create table x14 (id int) distributed by hash(missing);
create table x15 (v varchar(5), id int) duplicate key(id);
create table x16 (id int) primary key(id) unique key(id);
create table x17 (id decimal(80, 2));
create table x18 (id decimal(10, 11));
create table x19 (id varchar(99999999));
create table x20 (f float, g double) duplicate key(f);
create table x21 (id int, b bitmap) duplicate key(id);
create table x22 (id int) partition by range(missing) ();
create table x23 (id int default 'x' default 'y');
create table x24 (id int) engine = innodb;
create table x25 (id int) properties ("nonsense" = "1");
create table x26 (id int) distributed by hash(id) buckets -1;
create table x27 (id int) properties (replication_num = 1);
create table x28 select 1;
create or replace table x29 (id int);
create table order (id int);
create table x30 (select int);
drop table;
drop table if exist t;
drop view missing_view_of_mine and more;
alter table t add column;
alter table t drop column missing;
alter table t add column v int;
alter table t modify column missing int;
alter table t alter column v type int;
alter table t rename;
alter table t swap with missing;
create view w as;
create view w (a) select 1;
create index;
truncate t;

-- group: rules of data
create table dup (id int not null, v varchar(5)) duplicate key(id) distributed by hash(id) buckets 1;
create table pk (id int not null, v varchar(5)) primary key(id) distributed by hash(id) buckets 1;
create view w as select id from dup;
-- error 1064
insert dup;
insert into dup;
insert into dup values;
insert into dup values ();
insert into dup (id, missing) values (1, 2);
insert into dup values (1, 'a') on duplicate key update v = 'b';
insert into dup values (1, 'a') returning id;
insert ignore into dup values (1, 'a');
replace into dup values (1, 'a');
insert into dup set id = 1;
insert into w values (1);
update dup set v = 'x' where id = 1;
update pk set id = 2 where id = 1;
update pk set missing = 1 where id = 1;
update pk set v = 'x';
update pk v = 'x' where id = 1;
delete from pk;
delete from dup;
delete pk where id = 1;
delete from pk where id = 1 limit 1;
delete from pk where missing = 1;
merge into pk using dup on pk.id = dup.id when matched then delete;
truncate table w;
-- error 1060
insert into dup (id, id) values (1, 2);
-- error 5604
insert into dup values (1);
insert into dup values (1, 'a', 2);
insert into dup (id) values (1, 'a');
insert into dup select 1;

-- group: other statements
-- error 1064
set;
set 1 = 1;
show;
show nonsense;
grant;
grant select to x;
call x();
declare x int;
do 1;
vacuum;
copy t from 'x';
pragma table_info('t');
attach 'x' as y;
create sequence s;
create type t as int;
create extension x;
create schema;
use;
comment on table t is 'x';
explain;
kill;
prepare x;
lock;
begin transaction isolation level serializable;
savepoint s;
-- error 1193
set no_such_variable = 1;
set session no_such_variable = 1;
select @@no_such_variable;

-- group: what looks like it might work
create table t (id int, d date, v int, s varchar(10));
create table parted (id int, d date) partition by date_trunc('day', d);
create materialized view mv refresh deferred manual as select id, v from t;
-- error 1064
select timestampadd('day', 1, '2024-01-01');
select timestampdiff('day', d, '2024-01-01') from t;
select date '2024-02-31';
select rollup(1, 2);
select v from t group by v, rollup(id);
select group_concat(s) filter (where id > 1) from t;
select array_agg(s order by id) filter (where id > 1) from t;
select any_value(id) filter (where id > 1) from t;
select * from t a join [nonsense] t b on a.id = b.id;
select * from t into outfile '/tmp/x';
create table n1 (id int, m decimal(77, 0));
create table n2 (id int, m map<array<int>, int>);
create table n3 (id int, m map<json, int>);
create table n4 (id int, m array<array<array<array<array<array<array<array<array<array<array<array<array<array<array<array<int>>>>>>>>>>>>>>>>);
create table n5 (id int, n int key as (id)) duplicate key (id);
create table n6 (a int key, b int key, c int key) unique key (a);
create table n7 (id int, d date) partition by date_trunc('day', d) properties ("partition_retention_condition" = "id > 1");
create table n8 (id int, d date) partition by date_trunc('day', d) properties ("partition_retention_condition" = "d >=");
alter table t set ("partition_retention_condition" = "d > '2024-01-01'");
alter table parted set ("partition_retention_condition" = "missing > 1");
alter materialized view mv swap with mv;
alter materialized view mv swap with t;
create materialized view if not exists mv refresh manual as select 1 as x;
create materialized view other refresh manual as (select id from t);
create view twice as select id, id from t;
-- error 5064
alter table t;

-- group: types of generated columns
-- error 1064
create table priced (id int, price decimal(10, 2), twice decimal(38, 4) as (price * 2)) duplicate key (id);
create table priced (id int, price decimal(10, 2), twice decimal(10, 2) as (price * 2)) duplicate key (id);

-- group: skew hints
create table a (id int, c varchar(10));
create table b (id int, c varchar(10));
-- error 1064
select a.id from a join [skew|a.nope(1)] b on a.id = b.id;
select a.id from a join [skew|a.id([1])] b on a.id = b.id;
select a.id from a join [skew] b on a.id = b.id;
select a.id from a right join [skew|a.id(1)] b on a.id = b.id;

-- group: slices under the partitions of a materialized view
create table par (at datetime, v int) duplicate key (at) partition by date_trunc('day', at);
-- error 1064
create materialized view m partition by date_trunc('day', d) refresh deferred manual as select v, time_slice(at, interval 5 day) as d from par;
create materialized view m partition by date_trunc('day', d) refresh deferred manual as select v, time_slice(at, interval 5 hour, ceil) as d from par;
create materialized view m partition by d refresh deferred manual as select v, time_slice(at, interval 5 hour) as d from par;
