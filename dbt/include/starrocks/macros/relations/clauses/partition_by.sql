{#- PARTITION BY of every kind. Plain columns stand in parentheses: servers before 3.4 know no other form, and 4.1 takes
    no other on tables with a unique key. -#}
{% macro starrocks__partition_by_clause(partitioning) -%}
  {%- if partitioning -%}
  {%- set parts = starrocks__partition_parts(partitioning) -%}
  {%- if partitioning.kind == 'columns' -%}
  partition by ({{ parts }})
  {%- elif partitioning.kind == 'expression' -%}
  partition by {{ parts }}
  {%- if partitioning.batches %} ({{ starrocks__partition_batches(partitioning.batches) }}){% endif -%}
  {%- else -%}
  partition by {{ partitioning.kind }} ({{ parts }}) ({{ starrocks__partition_definitions(partitioning) }})
  {%- endif -%}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__partition_parts(partitioning) -%}
  {%- for part in partitioning.parts -%}
  {{ part if part in partitioning.expressions else '`' ~ part ~ '`' }}{{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{% macro starrocks__partition_definitions(partitioning) -%}
  {%- set lines = partitioning.texts | list -%}
  {%- for partition in partitioning.partitions -%}
  {%- do lines.append(starrocks__partition_definition(partition)) -%}
  {%- endfor -%}
  {%- if partitioning.batches %}{% do lines.append(starrocks__partition_batches(partitioning.batches)) %}{% endif -%}
  {{ lines | join(', ') }}
{%- endmacro %}

{% macro starrocks__partition_batches(batches) -%}
  {%- for batch in batches -%}
  start ({{ starrocks__text(batch.start) }}) end ({{ starrocks__text(batch.end) }}) every (
  {%- if batch.unit %}interval {{ batch.step }} {{ batch.unit }}{% else %}{{ batch.step }}{% endif %})
  {{- ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}

{#- VALUES IN (…), VALUES [(…), (…)) or VALUES LESS THAN (…). -#}
{% macro starrocks__partition_definition(partition) -%}
  partition `{{ partition.name }}` values{{ ' ' }}
  {%- if partition.values -%}
  in ({{ starrocks__partition_values(partition.values) }})
  {%- elif partition.lower -%}
  [({{ starrocks__literal_list(partition.lower) }}), ({{ starrocks__literal_list(partition.upper) }}))
  {%- elif partition.upper -%}
  less than ({{ starrocks__literal_list(partition.upper) }})
  {%- else -%}
  less than maxvalue
  {%- endif -%}
{%- endmacro %}

{#- One value per column: with several columns each row has parentheses of its own. -#}
{% macro starrocks__partition_values(rows) -%}
  {%- for row in rows -%}
  {%- if row | length == 1 -%}
  {{ starrocks__literal_list(row) }}
  {%- else -%}
  ({{ starrocks__literal_list(row) }})
  {%- endif -%}
  {{ ', ' if not loop.last }}
  {%- endfor -%}
{%- endmacro %}
