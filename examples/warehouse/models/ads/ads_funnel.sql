{#- How far visits get, per day they began. A step counts only after the steps before it, within an hour of the first. -#}
{%- set steps = ['view', 'add_to_cart', 'checkout', 'purchase'] -%}
with visits as (
  select
    session_id,
    min(event_date) as visit_date
    {%- for step in steps %},
    min(if(event_type = '{{ step }}', event_at, null)) as {{ step }}_at
    {%- endfor %}
  from {{ ref('dwd_page_events') }}
  group by session_id
),
funnel as (
  select
    visit_date,
    add_to_cart_at between view_at and date_add(view_at, interval 1 hour) as has_cart,
    checkout_at between add_to_cart_at and date_add(view_at, interval 1 hour) as has_checkout,
    purchase_at between checkout_at and date_add(view_at, interval 1 hour) as has_purchase
  from visits
  where view_at is not null
)
select
  visit_date,
  count(*) as visits,
  sum(if(has_cart, 1, 0)) as with_cart,
  sum(if(has_cart and has_checkout, 1, 0)) as with_checkout,
  sum(if(has_cart and has_checkout and has_purchase, 1, 0)) as with_purchase
from funnel
group by visit_date
