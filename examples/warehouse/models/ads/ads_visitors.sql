{#- Distinct visitors per day and over the seven days that end on it, from bitmaps: no detail is read. -#}
select
  days.event_date,
  bitmap_union_count(if(visitors.event_date = days.event_date, visitors.visitors, null)) as visitors,
  bitmap_union_count(visitors.visitors) as visitors_7_days
from (select distinct event_date from {{ ref('dws_visitors_daily') }}) as days
join {{ ref('dws_visitors_daily') }} as visitors
  on visitors.event_date between date_sub(days.event_date, interval 6 day) and days.event_date
group by days.event_date
