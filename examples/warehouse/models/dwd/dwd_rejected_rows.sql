{#- What was left out of the detail, and why: nothing disappears without a trace. -#}
{{ config(materialized='table', distributed_by='random') }}
select
  'order_items' as source_table,
  concat(cast(order_id as string), '/', cast(line_number as string)) as row_key,
  'quantity is not above zero' as reason,
  _loaded_at
from {{ source('ods', 'order_items') }}
where coalesce(quantity, 0) <= 0
union all
select 'page_events', event_id, 'event without a type', max(_loaded_at)
from {{ source('ods', 'page_events') }}
where get_json_string(payload, '$.type') is null
group by event_id
