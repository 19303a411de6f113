{#- Versions without gaps: the first one known holds for all time before, so that every fact finds one. -#}
select
  user_id,
  country,
  tier,
  if(version = 1, cast('1970-01-01' as datetime), dbt_valid_from) as valid_from,
  coalesce(dbt_valid_to, cast('9999-12-31' as datetime)) as valid_to
from (
  select
    user_id,
    country,
    tier,
    dbt_valid_from,
    dbt_valid_to,
    row_number() over (partition by user_id order by dbt_valid_from) as version
  from {{ ref('dwd_users_history') }}
) as versions
