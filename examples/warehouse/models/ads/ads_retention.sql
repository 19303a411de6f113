{#- Of those who first came on a day, how many came again one, three and seven days later. -#}
{{ config(materialized='table', distributed_by='random') }}
with visits as (
  select distinct user_id, event_date from {{ ref('dwd_page_events') }}
),
cohorts as (
  select user_id, min(event_date) as cohort_date from visits group by user_id
)
select
  cohorts.cohort_date,
  count(distinct cohorts.user_id) as visitors,
  {%- for days in [1, 3, 7] %}
  count(distinct if(datediff(visits.event_date, cohorts.cohort_date) = {{ days }}, visits.user_id, null))
    as after_{{ days }}_days{{ ',' if not loop.last }}
  {%- endfor %}
from cohorts
join visits on visits.user_id = cohorts.user_id
group by cohorts.cohort_date
