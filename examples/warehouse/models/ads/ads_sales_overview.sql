select
  order_date,
  pieces,
  revenue,
  round(avg(revenue) over (order by order_date rows between 6 preceding and current row), 2) as revenue_7_days,
  revenue - lag(revenue) over (order by order_date) as change_to_day_before
from (
  select order_date, sum(pieces) as pieces, sum(revenue) as revenue
  from {{ ref('dws_sales_daily') }}
  group by order_date
) as days
