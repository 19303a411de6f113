{#- Lines of the source that are neither in the detail nor among the rejected rows. -#}
select items.order_id, items.line_number
from {{ source('ods', 'order_items') }} as items
left join {{ ref('dwd_order_items') }} as kept
  on kept.order_id = items.order_id and kept.line_number = items.line_number
left join {{ ref('dwd_rejected_rows') }} as rejected
  on rejected.row_key = concat(cast(items.order_id as string), '/', cast(items.line_number as string))
where kept.order_id is null and rejected.row_key is null
