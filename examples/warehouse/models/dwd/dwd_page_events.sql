{#- A batch per day; each run also takes the two days before again, for events that came late. -#}
{{ config(
  materialized='incremental',
  incremental_strategy='microbatch',
  event_time='event_at',
  batch_size='day',
  lookback=2,
  begin=(run_started_at - modules.datetime.timedelta(days=var('history_days'))).strftime('%Y-%m-%d'),
  partition_by=["date_trunc('day', event_at)"],
  distributed_by=['event_id'],
  buckets=2,
) }}
select
  event_id,
  event_at,
  cast(event_at as date) as event_date,
  user_id,
  session_id,
  event_type,
  device,
  page_path,
  _loaded_at
from (
  select
    event_id,
    event_at,
    user_id,
    get_json_string(payload, '$.session') as session_id,
    get_json_string(payload, '$.type') as event_type,
    get_json_string(payload, '$.device') as device,
    get_json_string(payload, '$.page.path') as page_path,
    _loaded_at,
    row_number() over (partition by event_id order by _loaded_at) as delivery
  from {{ source('ods', 'page_events') }}
) as events
where delivery = 1 and event_type is not null
