{#- Late data: what is new is told by when it was loaded, never by when it happened. -#}
{% macro is_new(column='_loaded_at') -%}
  {{ column }} > (select coalesce(max(_loaded_at), '1970-01-01') from {{ this }})
{%- endmacro %}

{#- The days that new rows of `upstream` touch: whole partitions are then computed and replaced. -#}
{% macro is_of_a_changed_day(upstream, day) -%}
  {{ day }} in (select {{ day }} from {{ upstream }} where {{ is_new() }})
{%- endmacro %}
