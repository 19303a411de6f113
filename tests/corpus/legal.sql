-- Statements that StarRocks 4.1 accepts. One statement a line; a group has its own database and runs in order.
-- `gap: reason` marks the next statement as one the engine refuses so far.

-- group: literals and operators
select 1, -1, +1, 1.5, .5, 5., 1e3, 1.5e-3;
select 'a', "b", 'it''s', "say ""hi""", 'tab\there', '';
select true, false, null;
select date '2024-01-31', datetime '2024-01-31 12:30:00';
select X'4142', x"FF";
select 1 + 2 * 3 - 4 / 5, 7 div 2, 7 % 3, 7 mod 3;
select 6 & 3, 6 | 3, 6 ^ 3, ~6;
select 1 bitshiftleft 3, 256 bitshiftright 2, 256 bitshiftrightlogical 2;
select 1 = 1, 1 <> 2, 1 != 2, 1 < 2, 1 <= 2, 2 > 1, 2 >= 1, null <=> null;
select not true, !false, true and false, true && false, true or false, 1 || 0;
select 1 is null, 1 is not null;
select 2 between 1 and 3, 2 not between 1 and 3;
select 1 in (1, 2, 3), 4 not in (1, 2, 3), 'a' in ('a', 'b');
select 'abc' like 'a%', 'abc' not like 'b%', 'abc' regexp '^a', 'abc' rlike 'c$', 'abc' not regexp 'z';
select case 1 when 1 then 'one' when 2 then 'two' else 'many' end;
select case when 1 > 2 then 'a' when null then 'b' end;
select (1 + 2) * 3, ((1)), -(1 + 2);
select 1 as one, 2 two, 3 'three', 4 as "four", 5 as `five`;
select 9223372036854775807, 9223372036854775808, 170141183460469231731687303715884105727;
select 'a' collate utf8_bin;
select binary 'a';
select 1 -- a comment
;
select /* inner */ 1 /* outer */;
select 1--2
;
select `id` from (select 1 as id) t;

-- group: casts
select cast(1 as string), cast('1' as int), cast(1.5 as decimal(10, 1)), cast('1.5' as double);
select cast('2024-01-31' as date), cast('2024-01-31 10:00:00' as datetime), cast(20240131 as date);
select cast(1 as boolean), cast(true as int), cast('true' as boolean);
select cast('x' as char(3)), cast('x' as varchar(5)), cast('x' as varchar), cast('x' as char);
select cast(1 as tinyint), cast(1 as smallint), cast(1 as bigint), cast(1 as largeint), cast(1 as integer);
select cast(1 as float), cast(1 as decimal), cast(1 as decimal(5)), cast(1 as numeric(5, 2)), cast(1 as number(5, 2));
select cast(1 as decimal32(5, 2)), cast(1 as decimal64(12, 2)), cast(1 as decimal128(30, 2));
select cast(1 as signed), cast(1 as signed int), cast(1 as unsigned);
select cast('abc' as varbinary), cast('abc' as binary(10));
select convert('12', int), convert(12, string);
select cast('abc' as int) is null;
select cast(null as int), cast(null as datetime);
select cast('{"a": 1}' as json);
select cast([1, 2] as array<string>);

-- group: functions of text
select upper('a'), lower('A'), ucase('a'), lcase('A');
select length('été'), char_length('été');
select concat('a', 'b', 'c'), concat_ws('-', 'a', null, 'b');
select substring('hello', 2), substring('hello', 2, 3), substr('hello', -2), left('hello', 2), right('hello', 2);
select trim('  x '), ltrim('  x'), rtrim('x  '), trim('xxaxx', 'x');
select lpad('7', 3, '0'), rpad('7', 3, '0'), lpad('7', 3);
select replace('aXa', 'X', 'b'), reverse('abc'), repeat('ab', 3), space(3);
select instr('abc', 'b'), locate('b', 'abc'), locate('b', 'abcb', 3), strpos('abc', 'c');
select split_part('a,b,c', ',', 2), split('a,b', ','), substring_index('a.b.c', '.', 2);
-- gap: function crc32() is missing
select md5('a'), sha2('a', 256), crc32('a');
select ascii('a'), char(65), hex('a'), hex(255), unhex('61');
select starts_with('abc', 'a'), ends_with('abc', 'c');
select regexp_extract('ab12', '([0-9]+)', 1), regexp_replace('ab12', '[0-9]+', '#');
select coalesce(null, 'a'), ifnull(null, 'a'), nullif('a', 'b'), if(true, 'a', 'b');
select greatest(1, 2, 3), least(1, 2, 3);
select translate('abc', 'ab', 'xy');
select null_or_empty(''), strleft('abc', 2), strright('abc', 2);
-- gap: function parse_url() is missing
select parse_url('https://a.org/b?c=d', 'HOST');
-- gap: function murmur_hash3_32() is missing
select initcap('ann lee'), murmur_hash3_32('a'), money_format(1234.5);

-- group: functions of numbers
select abs(-1), ceil(1.5), ceiling(1.5), floor(1.5), round(1.567, 2), round(1.5), truncate(1.567, 2);
select mod(7, 3), pow(2, 3), power(2, 3), sqrt(4), exp(0), ln(1), log10(100), log2(8), log(2, 8);
select sign(-3), pi(), e(), degrees(pi()), radians(180);
select sin(0), cos(0), tan(0), asin(0), acos(1), atan(0), atan2(0, 1);
-- gap: function conv() is missing
select bin(5), conv('ff', 16, 10), positive(1), negative(1);
select bitand(6, 3), bitor(6, 3), bitxor(6, 3), bitnot(6);
select rand() >= 0, random() >= 0;

-- group: functions of time
select now() is not null, current_timestamp() is not null, current_timestamp is not null, localtimestamp is not null;
select current_date is not null, curdate() is not null, current_time is not null, utc_timestamp() is not null;
select year('2024-03-05'), month('2024-03-05'), day('2024-03-05'), quarter('2024-03-05'), week('2024-03-05');
select hour('2024-03-05 10:20:30'), minute('2024-03-05 10:20:30'), second('2024-03-05 10:20:30');
select dayofweek('2024-03-05'), dayofmonth('2024-03-05'), dayofyear('2024-03-05'), weekofyear('2024-03-05');
select dayname('2024-03-05'), monthname('2024-03-05');
select extract(year from '2024-03-05'), extract(month from date '2024-03-05');
select date_add('2024-01-31', interval 1 month), date_sub('2024-01-31', interval 1 day), adddate('2024-01-31', 3);
select date '2024-01-31' + interval 1 day, date '2024-01-31' - interval 2 week, interval 1 day + date '2024-01-31';
select days_add('2024-01-31', 1), months_add('2024-01-31', 1), years_add('2024-01-31', 1), hours_add('2024-01-31', 1);
select datediff('2024-01-31', '2024-01-01'), timestampdiff(day, '2024-01-01', '2024-01-31');
select date_diff('day', '2024-01-31', '2024-01-01'), timestampadd(hour, 2, '2024-01-01 00:00:00');
select date_trunc('month', '2024-03-05 10:20:30'), date_trunc('day', date '2024-03-05');
select date_format('2024-03-05', '%Y-%m-%d'), str_to_date('2024-03-05', '%Y-%m-%d'), str2date('2024-03-05', '%Y-%m-%d');
select to_date('2024-03-05 10:00:00'), date('2024-03-05 10:00:00'), timestamp('2024-03-05');
select last_day('2024-02-01'), last_day('2024-02-01', 'year');
select unix_timestamp('2024-01-01 00:00:00'), from_unixtime(0), from_days(739000), to_days('2024-01-01');
select time_slice('2024-03-05 10:20:30', interval 5 minute), time_slice('2024-03-05 10:20:30', interval 5 minute, ceil);
select convert_tz('2024-03-05 10:20:30', 'UTC', 'Asia/Tokyo');
select weeks_add('2024-01-01', 1), minutes_add('2024-01-01', 1), seconds_add('2024-01-01', 1);

-- group: nested values and documents
select [1, 2, 3], [], ['a', null], array<int>[1, 2], [1, 2, 3][1];
select map{'a': 1, 'b': 2}, map{}, map{'a': 1}['a'];
select row(1, 'a'), named_struct('a', 1, 'b', 'x'), struct(1, 2);
select array_length([1, 2]), cardinality([1, 2]), array_contains([1, 2], 2), array_join(['a', 'b'], ',');
select array_concat([1], [2]), array_append([1], 2), array_distinct([1, 1]), array_sort([2, 1]), array_slice([1, 2, 3], 2, 1);
select array_map(x -> x + 1, [1, 2]), array_filter(x -> x > 1, [1, 2]), array_map((x, y) -> x + y, [1], [2]);
select array_sum([1, 2]), array_avg([1, 2]), array_min([1, 2]), array_max([1, 2]), array_position([1, 2], 2);
select map_keys(map{'a': 1}), map_values(map{'a': 1}), map_size(map{'a': 1}), element_at(map{'a': 1}, 'a');
select parse_json('{"a": {"b": 1}}'), parse_json('{"a": 1}') -> 'a', parse_json('{"a": 1}') -> '$.a';
select get_json_string('{"a": "x"}', '$.a'), get_json_int('{"a": 1}', '$.a'), json_query(parse_json('{"a": 1}'), '$.a');
-- gap: NULL inside a document fails
select json_object('a', 1, 'b', 'x'), json_array(1, 'a', null), json_exists(parse_json('{"a": 1}'), '$.a');
select array_generate(1, 5), array_generate(1, 9, 2), array_repeat('a', 3);

-- group: information
select version() is not null, current_version() is not null;
select database(), schema();
select user() is not null, current_user() is not null, connection_id() > 0;
select catalog();
select current_role() is not null;
select @@version_comment, @@autocommit, @@session.sql_mode, @@global.time_zone;
select typeof(1), typeof('a'), typeof(1.5), typeof(null);
select uuid() is not null;
select last_query_id() is null or true;

-- group: select
create table people (id bigint not null, name varchar(40), city varchar(20), age smallint, active boolean, balance decimal(10, 2), born date, seen datetime) duplicate key(id) distributed by hash(id) buckets 1;
create table sales (sale_id bigint not null, person_id bigint, amount decimal(12, 2), qty int, status varchar(10), sold_on date) duplicate key(sale_id) distributed by hash(sale_id) buckets 1;
insert into people values (1, 'Ann', 'Oslo', 30, true, 10.50, '1994-01-02', '2024-01-01 10:00:00'), (2, 'Bob', 'Rome', 40, false, 20.00, '1984-02-03', null);
insert into sales values (10, 1, 99.99, 2, 'open', '2024-01-05'), (11, 1, 10, 1, 'done', '2024-01-06'), (12, null, 5, 1, 'done', '2024-02-01');
select * from people;
select p.* from people p;
select people.id, people.name from people;
select id, * from people;
select * exclude (balance, seen) from people;
select * except (balance) from people;
select distinct city from people;
select all city from people;
-- gap: a lateral alias is not resolved
select id as k, k from people;
select id from people where age > 20 and (city = 'Oslo' or city = 'Rome') and not active;
select id from people where born >= '1990-01-01' and seen is null;
select id from people where id = '1';
select id from people order by age desc, id asc;
select id from people order by 1;
select id as k from people order by k;
select id from people order by age nulls last, name desc nulls first;
select id, age from people order by all;
select id from people order by lower(name);
select id from people limit 1;
select id from people order by id limit 1 offset 1;
select id from people order by id limit 1, 1;
select city, count(*) from people group by city;
select city as c, count(*) as n from people group by c;
select city, count(*) from people group by 1;
select city, count(*) from people group by city having count(*) > 0;
select city, count(*) as n from people group by city having n > 0 order by n desc;
select lower(city), max(age) from people group by lower(city);
select count(*) from people having count(*) > 0;
select city, age, count(*) from people group by rollup(city, age);
select city, age, count(*) from people group by cube(city, age);
select city, age, count(*) from people group by grouping sets ((city), (age), ());
select city, grouping(city), grouping_id(city) from people group by rollup(city);
select 1 from dual;
select 1 where true;
select 1 from people where 1 = 0;
select count(*) from people as p;
select `p`.`id` from `people` as `p`;
select id from people partition (people);
select /*+ SET_VAR(query_timeout = 10) */ id from people;
select id a, id b, id c from people;
select 'x' as `a b`, id as `ä` from people;

-- group: aggregates
create table facts (id bigint not null, g varchar(10), n int, d double, m decimal(10, 2), t datetime, flag boolean) duplicate key(id) distributed by hash(id) buckets 1;
insert into facts values (1, 'a', 1, 1.5, 2.50, '2024-01-01 00:00:00', true), (2, 'a', 2, 2.5, 3.50, '2024-01-02 00:00:00', false), (3, 'b', null, null, null, null, null);
select count(*), count(1), count(n), count(distinct g), count(distinct g, n) from facts;
select sum(n), sum(distinct n), avg(n), min(n), max(n), sum(m), avg(m), min(t), max(g) from facts;
select any_value(g), max_by(g, n), min_by(g, n) from facts;
select stddev(n), stddev_pop(n), stddev_samp(n), variance(n), var_pop(n), var_samp(n) from facts;
select group_concat(g), group_concat(g, ';'), group_concat(distinct g order by g separator '|') from facts;
select string_agg(g, ',') from facts;
select array_agg(n), array_agg(distinct g), array_agg(n order by id desc) from facts;
select approx_count_distinct(g), ndv(g) from facts;
select percentile_cont(n, 0.5), percentile_approx(n, 0.5) from facts;
select count_if(n > 1), sum_if(n, flag) from facts;
select count(*) filter (where n > 1), sum(n) filter (where flag) from facts;
select bool_or(flag) from facts;
select corr(n, d), covar_pop(n, d), covar_samp(n, d) from facts;
select g, sum(n) / count(*) as ratio, sum(case when flag then 1 else 0 end) from facts group by g;
select sum(n) + max(m) from facts;
select max(sum_n) from (select sum(n) as sum_n from facts group by g) s;
select bitmap_count(bitmap_union(to_bitmap(n))) from facts;
select bitmap_union_count(to_bitmap(n)) from facts;
select hll_union_agg(hll_hash(g)) from facts;

-- group: joins
create table a (id int not null, x varchar(10), at datetime) duplicate key(id) distributed by hash(id) buckets 1;
create table b (id int not null, y varchar(10), at datetime) duplicate key(id) distributed by hash(id) buckets 1;
insert into a values (1, 'one', '2024-01-01 00:00:00'), (2, 'two', '2024-01-02 00:00:00');
insert into b values (2, 'zwei', '2024-01-01 12:00:00'), (3, 'drei', '2024-01-03 00:00:00');
select a.id, b.y from a join b on a.id = b.id;
select a.id from a inner join b on a.id = b.id and b.y <> 'x';
select a.id, b.y from a left join b on a.id = b.id;
select a.id, b.y from a left outer join b on a.id = b.id where b.id is null;
select b.id from a right join b on a.id = b.id;
select a.id, b.id from a full outer join b on a.id = b.id;
select a.id, b.id from a full join b on a.id = b.id;
select a.id, b.id from a cross join b;
select a.id, b.id from a, b where a.id = b.id;
select a.id from a left semi join b on a.id = b.id;
select a.id from a left anti join b on a.id = b.id;
select b.id from a right semi join b on a.id = b.id;
select b.id from a right anti join b on a.id = b.id;
select id, x, y from a join b using (id);
select a1.id from a a1 join a a2 on a1.id = a2.id;
select a.id from a join b on a.id > b.id;
select a.id from a join [broadcast] b on a.id = b.id;
select a.id from a join [shuffle] b on a.id = b.id;
select a.id from a join (select id, max(y) as y from b group by id) s on a.id = s.id;
-- gap: ASOF JOIN is missing
select a.id, b.y from a asof join b on a.id = b.id and a.at >= b.at;
-- gap: ASOF LEFT JOIN is missing
select a.id, b.y from a asof left join b on a.id = b.id and a.at >= b.at;
select a.id from a join b on a.id = b.id join a c on c.id = b.id left join b d on d.id = c.id;
select a.id from (a join b on a.id = b.id);
select * from a natural, b;
select q.id from (select a.id from a join b on a.id = b.id) q;

-- group: subqueries and common table expressions
create table p (id int not null, g int, v int) duplicate key(id) distributed by hash(id) buckets 1;
create table c (id int not null, p_id int, w int) duplicate key(id) distributed by hash(id) buckets 1;
insert into p values (1, 1, 10), (2, 1, 20), (3, 2, 30);
insert into c values (1, 1, 5), (2, 1, 6), (3, 3, 7);
select id from p where id in (select p_id from c);
select id from p where id not in (select p_id from c);
select id from p where exists (select 1 from c where c.p_id = p.id);
select id from p where not exists (select 1 from c where c.p_id = p.id);
select id from p where v = (select max(v) from p);
select id, (select max(w) from c) as most from p;
select id, (select max(w) from c where c.p_id = p.id) as most from p;
select id from p where v > (select avg(w) from c where c.p_id = p.id);
select id from p where (id, g) in (select p_id, 1 from c);
select s.id from (select id from p where v > 10) s where s.id < 3;
select s.a from (select id, v from p) s(a, b);
select t.x from (values (1, 'a'), (2, 'b')) t(x, y);
select column_0, column_1 from (values (1, 'a')) t;
with s as (select id from p) select * from s;
with s (k) as (select id from p), t as (select k from s where k > 1) select * from t;
with s as (select id from p) select a.id from s a join s b on a.id = b.id;
with s as (with r as (select 1 as z) select z from r) select z from s;
select * from (with s as (select 1 as z) select z from s) q;
with p as (select 7 as id) select id from p;
(select id from p) order by id;
((select id from p));

-- group: set operations
create table s1 (id int not null, v varchar(5)) duplicate key(id) distributed by hash(id) buckets 1;
create table s2 (id int not null, v varchar(5)) duplicate key(id) distributed by hash(id) buckets 1;
insert into s1 values (1, 'a'), (2, 'b');
insert into s2 values (2, 'b'), (3, 'c');
select id from s1 union select id from s2;
select id from s1 union all select id from s2;
select id from s1 union distinct select id from s2;
select id from s1 intersect select id from s2;
select id from s1 except select id from s2;
select id from s1 minus select id from s2;
select id from s1 union all select id from s2 union all select 9;
(select id from s1) union all (select id from s2) order by id limit 2;
(select id from s1 order by id limit 1) union all select id from s2;
select id, v from s1 union all select id, null from s2;
select id from s1 union select id from s2 intersect select 2;
select count(*) from (select id from s1 union all select id from s2) u;
select id from s1 union all select id from s2 order by 1 desc;
with u as (select id from s1 union select id from s2) select max(id) from u;

-- group: windows
create table w (id int not null, g varchar(5), n int, t date) duplicate key(id) distributed by hash(id) buckets 1;
insert into w values (1, 'a', 10, '2024-01-01'), (2, 'a', 20, '2024-01-02'), (3, 'b', 30, '2024-01-03');
select id, row_number() over (order by id) from w;
select id, row_number() over (partition by g order by id desc) as rn from w;
select id, rank() over (order by n), dense_rank() over (order by n) from w;
select id, ntile(2) over (order by id), percent_rank() over (order by n), cume_dist() over (order by n) from w;
select id, lag(n) over (order by id), lead(n, 1) over (order by id), lag(n, 1, 0) over (order by id) from w;
select id, first_value(n) over (partition by g order by id), last_value(n) over (partition by g order by id) from w;
select id, first_value(n ignore nulls) over (order by id) from w;
select id, sum(n) over (), sum(n) over (partition by g), avg(n) over (order by id) from w;
select id, sum(n) over (order by id rows between 1 preceding and current row) from w;
select id, sum(n) over (order by id rows between unbounded preceding and unbounded following) from w;
select id, sum(n) over (order by id rows between current row and 1 following) from w;
select id, sum(n) over (order by id range between unbounded preceding and current row) from w;
select id, count(*) over (partition by g), max(n) over (partition by g, t) from w;
select id from (select id, row_number() over (partition by g order by n) as rn from w) s where rn = 1;
select id, n from w qualify row_number() over (partition by g order by n) = 1;
select g, sum(sum(n)) over (order by g) from w group by g;
select id, sum(n) over (partition by lower(g) order by t desc nulls last) from w;
select n - lag(n) over (order by id) as diff from w;
select row_number() over () from w;

-- group: lateral joins and table functions
create table tags (id int not null, names array<varchar(10)>, nums array<int>, csv varchar(50)) duplicate key(id) distributed by hash(id) buckets 1;
insert into tags values (1, ['x', 'y'], [1, 2], 'a,b');
select id, u.unnest from tags, unnest(names) u;
select id, n from tags, unnest(names) as u(n);
select id, n from tags cross join unnest(names) as u(n);
select id, n from tags cross join lateral unnest(names) as u(n);
select id, n from tags left join unnest(names) as u(n) on true;
select id, n, k from tags, unnest(names, nums) as u(n, k);
select id, part from tags, unnest(split(csv, ',')) as u(part);
select * from table(generate_series(1, 3));
select * from table(generate_series(1, 9, 2)) g(n);
select generate_series from table(generate_series(1, 3));
select names[1], nums[2] from tags;
select id from tags where array_contains(names, 'x');

-- group: variables
set @x = 1;
select @x, @x + 1, @missing;
set @y = (select 5), @z = 'text';
select @y, @z;
set query_timeout = 100;
set session query_timeout = 200;
set global query_timeout = 300;
set sql_mode = 'PIPES_AS_CONCAT';
select 'a' || 'b';
set sql_mode = default;
set time_zone = 'UTC';
set time_zone = '+08:00';
set names utf8;
set names utf8mb4 collate utf8mb4_general_ci;
set character set utf8;
set autocommit = 1;
show variables like 'query_timeout';
show variables where variable_name = 'query_timeout';
show session variables;
show global variables like '%timeout%';

-- group: create table
create table t_min (id int);
create table t_dup (id bigint not null, v varchar(10)) duplicate key(id) distributed by hash(id) buckets 3;
create table t_engine (id bigint) engine = olap duplicate key(id) comment 'a table' distributed by hash(id) buckets 1 properties ("replication_num" = "1");
create table t_pk (id bigint not null, v string) primary key(id) distributed by hash(id) buckets 1;
create table t_pk2 (id bigint not null, k int not null, v string) primary key(id, k) distributed by hash(id);
create table t_uniq (id bigint, v string) unique key(id) distributed by hash(id);
create table t_agg (k int, s bigint sum, mx int max, mn int min, r int replace, rn int replace_if_not_null) aggregate key(k) distributed by hash(k);
create table t_agg2 (k int, b bitmap bitmap_union, h hll hll_union) aggregate key(k) distributed by hash(k);
create table if not exists t_min (id int);
create table t_random (id int) distributed by random;
create table t_random2 (id int) distributed by random buckets 4;
create table t_types (a boolean, b tinyint, c smallint, d int, e bigint, f largeint, g decimal(20, 4), h float, i double, j char(5), k varchar(10), l string, m date, n datetime, o json, p varbinary, q array<int>, r map<varchar(5), int>, s struct<x int, y string>) duplicate key(a) distributed by hash(b);
create table t_width (a int(11), b bigint(20), c tinyint(4)) distributed by hash(a);
create table t_default (id int not null, a int default "5", b varchar(10) default "x", c datetime default current_timestamp, d int default null) duplicate key(id) distributed by hash(id);
create table t_null (id int not null comment 'the key', a int null comment 'may be null') comment 'both' distributed by hash(id);
create table t_auto (id bigint not null auto_increment, v int) duplicate key(id) distributed by hash(id);
create table t_gen (id int not null, v int, w bigint as (v + 1)) duplicate key(id) distributed by hash(id);
create table t_sort (id bigint not null, a int, b int) primary key(id) distributed by hash(id) order by (a, b);
create table t_index (id int not null, c varchar(10), index c_idx (c) using bitmap comment 'on c') duplicate key(id) distributed by hash(id);
create table t_bloom (id int, v varchar(10)) distributed by hash(id) properties ("bloom_filter_columns" = "v");
create table t_range (d date, v int) duplicate key(d) partition by range(d) (partition p1 values less than ("2024-01-01"), partition p2 values less than ("2024-02-01"), partition p3 values less than (maxvalue)) distributed by hash(d) buckets 1;
create table t_fixed (d date, v int) duplicate key(d) partition by range(d) (partition p1 values [("2024-01-01"), ("2024-02-01"))) distributed by hash(d) buckets 1;
create table t_batch (d date, v int) duplicate key(d) partition by range(d) (start ("2024-01-01") end ("2024-01-04") every (interval 1 day)) distributed by hash(d) buckets 1;
create table t_expr (d datetime, v int) duplicate key(d) partition by date_trunc('day', d) distributed by hash(d) buckets 1;
create table t_list (city varchar(10) not null, v int) duplicate key(city) partition by list(city) (partition n values in ('Oslo', 'Bergen'), partition s values in ('Rome')) distributed by hash(city) buckets 1;
create table t_col (city varchar(10) not null, v int) duplicate key(city) partition by (city) distributed by hash(city) buckets 1;
create table t_like like t_dup;
create table if not exists t_like like t_dup;
create table t_ctas as select 1 as id, 'a' as v;
create table t_ctas2 distributed by hash(id) buckets 1 as select id, v from t_ctas;
create table t_ctas3 (id, v) as select id, v from t_ctas;
create table t_ctas4 primary key(id) distributed by hash(id) as select cast(1 as bigint) as id, 'a' as v;
create table t_ctas5 comment 'made' properties ("replication_num" = "1") as with s as (select 1 as id) select id from s;
create temporary table t_temp (id int);
create temporary table t_temp2 as select 1 as id;
create table `odd name` (`odd column` int, `from` int) distributed by hash(`from`);
show create table t_dup;
desc t_dup;
describe t_pk;
show columns from t_dup;
show full columns from t_types;
show tables;
show tables like 't_p%';
show full tables;
show partitions from t_range;
show table status;
show index from t_index;
show keys from t_pk;
drop table t_min;
drop table if exists t_min;
drop table t_like force;
drop temporary table t_temp;

-- group: alter table
create table t (id bigint not null, a int, b varchar(10), c int) duplicate key(id) distributed by hash(id) buckets 1;
create table m1 (id bigint not null, a int) duplicate key(id) distributed by hash(id) buckets 1;
create table m2 (id bigint not null, b varchar(10)) duplicate key(id) distributed by hash(id) buckets 1;
create table r (d date, v int) duplicate key(d) partition by range(d) (partition p1 values less than ("2024-01-01")) distributed by hash(d) buckets 1;
alter table t add column n1 int;
alter table t add column n2 varchar(10) default "x" after a;
alter table t add column n3 int null comment 'third';
alter table t add column (n4 int, n5 string);
alter table t drop column n1;
alter table t modify column c comment 'the c';
alter table t rename column c to d;
alter table t comment = "new comment";
alter table t rename t_new;
alter table t_new rename t;
alter table t set ("replication_num" = "1");
alter table m1 modify column a bigint;
alter table m2 modify column b varchar(20);
alter table r add partition p2 values less than ("2024-02-01");
alter table r add partition if not exists p2 values less than ("2024-02-01");
alter table r add partitions start ("2024-02-01") end ("2024-02-03") every (interval 1 day);
alter table r drop partition p2;
alter table r drop partition if exists p2;
alter table r truncate partition p1;
alter table r rename partition p1 p0;
create table t2 (id bigint not null, a int) duplicate key(id) distributed by hash(id) buckets 1;
alter table t swap with t2;
show alter table column;
show alter table column from corpus where tablename = "t" order by createtime desc limit 1;
truncate table t;
truncate table r partition (p0);

-- group: views
create table base (id int not null, v varchar(10)) duplicate key(id) distributed by hash(id) buckets 1;
insert into base values (1, 'a');
create view v1 as select id, v from base;
create view if not exists v1 as select 1 as x;
create or replace view v1 as select id from base;
create view v2 (a, b) as select id, v from base;
create view v3 (a comment 'first', b) comment 'a view' as select id, v from base;
create view v4 security invoker as select id from base;
create view v5 as with s as (select id from base) select id from s;
create view v6 as select count(*), id + 1, upper('x') from base group by id;
select * from v1;
select a, b from v2;
select v.id from v1 v join base b on v.id = b.id;
alter view v1 as select v from base;
alter view v2 (x, y) as select id, v from base;
show create view v3;
show create table v3;
desc v3;
drop view v6;
drop view if exists v6;

-- group: materialized views
create table src (id int not null, k int, v int) duplicate key(id) distributed by hash(id) buckets 1;
insert into src values (1, 1, 10), (2, 1, 20);
create materialized view m1 distributed by hash(k) refresh manual as select k, sum(v) as s from src group by k;
create materialized view m2 refresh async as select id, v from src;
create materialized view m3 comment 'mv' distributed by random refresh deferred manual properties ("replication_num" = "1") as select id from src;
create materialized view if not exists m1 refresh manual as select k from src;
create materialized view m4 refresh async start ('2030-01-01 00:00:00') every (interval 1 day) as select id from src;
refresh materialized view m1;
refresh materialized view m1 with sync mode;
select * from m1;
show materialized views;
show materialized views like 'm1';
show create materialized view m1;
alter materialized view m1 rename m1b;
alter materialized view m1b inactive;
alter materialized view m1b active;
alter materialized view m2 refresh manual;
drop materialized view m2;
drop materialized view if exists m2;

-- group: data
create table dup (id int not null, v varchar(20), n int default "7") duplicate key(id) distributed by hash(id) buckets 1;
create table pk (id int not null, v varchar(20), n int) primary key(id) distributed by hash(id) buckets 1;
create table part (d date, v int) duplicate key(d) partition by date_trunc('day', d) distributed by hash(d) buckets 1;
insert into dup values (1, 'a', 1);
insert into dup values (2, 'b', default), (3, null, null);
insert into dup (id, v) values (4, 'd');
insert into dup (v, id) select 'e', 5;
insert into dup select id + 10, v, n from dup;
insert into dup with s as (select 20 as id) select id, 'w', 1 from s;
insert into dup (id) values (1 + 1);
insert into dup with label a_label values (30, 'l', 1);
insert into corpus.dup values (31, 'q', 1);
insert into pk values (1, 'a', 1), (1, 'b', 2);
insert into pk (id, v) values (2, 'x');
update pk set v = 'u' where id = 1;
update pk set v = upper(v), n = n + 1 where id in (1, 2);
update pk set n = 0 where id in (select id from dup);
update pk set v = d.v from dup d where d.id = pk.id;
with s as (select 1 as id) update pk set n = s.id from s where s.id = pk.id;
delete from pk where id = 2;
delete from pk where v like 'u%' and n > 100;
delete from pk using dup where pk.id = dup.id and dup.n = 99;
with s as (select 99 as id) delete from pk where id in (select id from s);
delete from dup where id = 1;
delete from dup where id > 100 and n = 1;
delete from dup where id in (1, 2);
delete from dup where v is null;
insert overwrite dup select 1, 'o', 1;
insert overwrite dup values (2, 'p', 2);
insert into part values ('2024-01-01', 1), ('2024-01-02', 2);
insert overwrite part partition (p20240101) values ('2024-01-01', 9);
insert overwrite part select d, v + 1 from part;
select count(*) from part partition (p20240102);
truncate table dup;
begin;
insert into dup values (1, 'tx', 1);
commit;
begin work;
rollback;
start transaction;
rollback work;

-- group: databases
create database corpus_one;
create database if not exists corpus_one;
create schema corpus_two;
create database corpus_three;
use corpus_one;
create table corpus_one.t (id int);
select count(*) from corpus_one.t;
select count(*) from default_catalog.corpus_one.t;
show databases;
show databases like 'corpus%';
show schemas;
show create database corpus_one;
show tables from corpus_one;
show tables in corpus_one like 't%';
alter database corpus_two rename corpus_renamed;
drop database corpus_renamed;
drop database if exists corpus_renamed;
drop schema corpus_three;
drop database corpus_one force;
show catalogs;
use information_schema;
select table_name from tables where table_schema = 'nowhere';
select column_name, data_type from information_schema.columns where table_schema = 'nowhere';
select schema_name from information_schema.schemata;
select * from information_schema.views;
select * from information_schema.materialized_views;

-- group: access
create user 'corpus_u';
create user if not exists 'corpus_u';
create user 'corpus_v'@'%' identified by 'secret';
create role corpus_r;
create role if not exists corpus_r;
grant corpus_r to user corpus_u;
grant select on all tables in all databases to role corpus_r;
grant insert, update on all tables in all databases to role corpus_r;
revoke insert on all tables in all databases from role corpus_r;
show grants;
show grants for corpus_u;
show grants for role corpus_r;
show roles;
show users;
set password for 'corpus_v' = password('other');
alter user 'corpus_v' identified by 'third';
set role all;
set default role all to corpus_u;
revoke corpus_r from user corpus_u;
drop role corpus_r;
drop role if exists corpus_r;
drop user corpus_u;
drop user if exists corpus_u;
drop user 'corpus_v'@'%';

-- group: server
show warnings;
show errors;
-- gap: no grammar yet
show processlist;
-- gap: no grammar yet
show full processlist;
show engines;
show charset;
show collation;
show character set;
-- gap: no grammar yet
show frontends;
-- gap: no grammar yet
show backends;
show functions;
show status;
show privileges;
show plugins;
show events;
show triggers;
show storage volumes;
explain select 1;

-- group: prepared statements
create table t (id int, v varchar(5)) duplicate key(id) distributed by hash(id) buckets 1;
prepare q from select * from t where id = ?;
set @i = 1;
execute q using @i;
deallocate prepare q;
prepare q2 from 'select 1';
execute q2;
drop prepare q2;
