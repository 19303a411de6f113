{#- The current version of every user who has not left. -#}
select
  user_id,
  lower(trim(email)) as email,
  country,
  tier,
  registered_at
from {{ ref('dwd_users_history') }}
where dbt_valid_to is null
