{#- An aggregate that missed a late row shows here: days whose revenue differs between detail, summary and report. -#}
with detail as (
  select order_date, sum(if(is_sold, net_amount, 0)) as revenue from {{ ref('dwd_order_items') }} group by order_date
),
summary as (
  select order_date, sum(revenue) as revenue from {{ ref('dws_sales_daily') }} group by order_date
),
report as (
  select order_date, revenue from {{ ref('ads_sales_overview') }}
)
select detail.order_date, detail.revenue, summary.revenue as summary_revenue, report.revenue as report_revenue
from detail
left join summary on summary.order_date = detail.order_date
left join report on report.order_date = detail.order_date
where not (detail.revenue <=> summary.revenue and detail.revenue <=> report.revenue)
