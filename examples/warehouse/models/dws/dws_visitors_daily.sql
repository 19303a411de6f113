{#- An AGGREGATE KEY table: bitmaps of visitors that add up over any days without counting anyone twice. Its partitions
    are replaced, not added to, so that a retry changes nothing. -#}
{{ config(
  table_type='AGGREGATE',
  keys=['event_date', 'device', 'event_type'],
  partition_by=["date_trunc('day', event_date)"],
  distributed_by=['event_date'],
  buckets=2,
  column_options={
    'visitors': {'aggregate': 'bitmap_union'},
    'events': {'aggregate': 'sum'},
    '_loaded_at': {'aggregate': 'max'},
  },
) }}
select
  event_date,
  device,
  event_type,
  bitmap_union(to_bitmap(user_id)) as visitors,
  count(*) as events,
  max(_loaded_at) as _loaded_at
from {{ ref('dwd_page_events') }}
{%- if is_incremental() %}
where {{ is_of_a_changed_day(ref('dwd_page_events'), 'event_date') }}
{%- endif %}
group by event_date, device, event_type
