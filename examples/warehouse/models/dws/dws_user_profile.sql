{#- One wide row per customer. Each run computes those with new lines; how and when a customer began is written once. -#}
{{ config(
  incremental_strategy='merge',
  unique_key='user_id',
  merge_update_columns=['orders', 'revenue', 'last_order_date', 'favourite_category', '_loaded_at'],
  distributed_by=['user_id'],
  buckets=2,
) }}
with lines as (
  select *
  from {{ ref('dwd_order_items') }}
  where user_id is not null
  {%- if is_incremental() %}
    and user_id in (select user_id from {{ ref('dwd_order_items') }} where {{ is_new() }})
  {%- endif %}
),
favourites as (
  select user_id, category
  from (
    select
      user_id,
      category,
      row_number() over (partition by user_id order by sum(quantity) desc, category) as place
    from lines
    where is_sold
    group by user_id, category
  ) as ranked
  where place = 1
)
select
  lines.user_id,
  min(lines.order_date) as first_order_date,
  min_by(lines.channel, lines.order_id) as first_channel,
  count(distinct if(lines.is_sold, lines.order_id, null)) as orders,
  sum(if(lines.is_sold, lines.net_amount, 0)) as revenue,
  max(lines.order_date) as last_order_date,
  max(favourites.category) as favourite_category,
  max(lines._loaded_at) as _loaded_at
from lines
left join favourites on favourites.user_id = lines.user_id
group by lines.user_id
