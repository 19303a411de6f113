{#- What dbt_expectations dispatches and StarRocks says differently. -#}

{% macro starrocks__quantile(field, quantile, partition) -%}
  {%- if partition -%}
    {% do exceptions.raise_compiler_error("percentile_cont: StarRocks has no quantiles over partitions. Group instead.") %}
  {%- endif -%}
  percentile_cont({{ field }}, {{ quantile }})
{%- endmacro %}

{#- Tests ask whether a pattern occurs, not where; positions came with 4.1. A raw pattern's backslashes are its own, and
    telling upper from lower case (`c`) needs no flag. -#}
{% macro starrocks__regexp_instr(source_value, regexp, position=1, occurrence=1, is_raw=false, flags='') -%}
  {%- set switches = flags | replace('c', '') -%}
  {%- if execute and not modules.re.match('^[imsU-]*$', switches) -%}
    {% do exceptions.raise_compiler_error("regexp_instr: flags '" ~ flags ~ "' are not supported. Use some of: i, m, s, "
      ~ "U, c.") %}
  {%- endif -%}
  {%- if execute and (position != 1 or occurrence != 1) -%}
    {% do exceptions.raise_compiler_error("regexp_instr: `position` and `occurrence` are not supported on StarRocks.") %}
  {%- endif -%}
  {%- set pattern = ('(?' ~ switches ~ ')' if switches else '') ~ regexp -%}
  cast(regexp({{ source_value }}, '{{ dbt.escape_single_quotes(pattern) if is_raw else pattern }}') as int)
{%- endmacro %}
