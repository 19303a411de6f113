select product_id, name as product_name, category, price
from {{ ref('dwd_products_history') }}
where dbt_valid_to is null
