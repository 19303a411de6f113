create table if not exists ods.users (
  user_id bigint not null,
  email varchar(200),
  country varchar(2),
  tier varchar(20),
  registered_at datetime,
  updated_at datetime,
  _source varchar(100),
  _loaded_at datetime
)
primary key (user_id)
distributed by hash (user_id) buckets 2;

create table if not exists ods.products (
  product_id bigint not null,
  name varchar(200),
  category varchar(50),
  price decimal(10, 2),
  updated_at datetime,
  _source varchar(100),
  _loaded_at datetime
)
primary key (product_id)
distributed by hash (product_id) buckets 2;

create table if not exists ods.orders (
  order_id bigint not null,
  user_id bigint,
  status varchar(20),
  channel varchar(20),
  ordered_at datetime,
  updated_at datetime,
  _op varchar(1),
  _source varchar(100),
  _loaded_at datetime
)
primary key (order_id)
distributed by hash (order_id) buckets 2;

create table if not exists ods.order_items (
  order_id bigint not null,
  line_number int not null,
  product_id bigint,
  quantity int,
  unit_price decimal(10, 2),
  discount_rate decimal(5, 4),
  _source varchar(100),
  _loaded_at datetime
)
primary key (order_id, line_number)
distributed by hash (order_id) buckets 2;

create table if not exists ods.payments (
  payment_id bigint not null,
  order_id bigint,
  method varchar(20),
  amount decimal(12, 2),
  paid_at datetime,
  _source varchar(100),
  _loaded_at datetime
)
primary key (payment_id)
distributed by hash (payment_id) buckets 2;

create table if not exists ods.page_events (
  event_id varchar(64) not null,
  event_at datetime not null,
  user_id bigint,
  payload json,
  _source varchar(100),
  _loaded_at datetime
)
duplicate key (event_id)
partition by date_trunc('day', event_at)
distributed by hash (event_id) buckets 2;
