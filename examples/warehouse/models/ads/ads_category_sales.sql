{#- The server keeps it current by itself, partition by partition, and answers queries on dws_sales_daily from it. This
    project asks for a refresh on each run as well, so that a report after a run shows that run. -#}
{{ config(
  materialized='materialized_view',
  partition_by=["date_trunc('day', order_date)"],
  distributed_by=['category'],
  buckets=2,
  refresh_method='async every(interval 1 hour)',
  refresh_on_run='sync',
) }}
select
  order_date,
  category,
  sum(pieces) as pieces,
  sum(revenue) as revenue
from {{ ref('dws_sales_daily') }}
group by order_date, category
