{#- The lines between the parentheses of CREATE TABLE: columns, then indexes. -#}
{% macro starrocks__column_clauses(design) -%}
  {%- set lines = [] -%}
  {%- for column in design.columns %}{% do lines.append(starrocks__column_clause(column)) %}{% endfor -%}
  {%- for index in design.indexes %}{% do lines.append(starrocks__index_clause(index)) %}{% endfor -%}
  {{ lines | join(',\n  ') }}
{%- endmacro %}

{#- One column: type, aggregate, nullability, then one of default, AUTO_INCREMENT and expression, then the comment. -#}
{% macro starrocks__column_clause(column) -%}
  {{ column.quoted }} {{ column.data_type }}
  {%- if column.aggregate %} {{ column.aggregate }}{% endif -%}
  {%- if column.not_null %} not null{% endif -%}
  {%- if column.default %} default {{ column.default }}{% endif -%}
  {%- if column.auto_increment %} auto_increment{% endif -%}
  {%- if column.generated %} as ({{ column.generated }}){% endif -%}
  {%- if column.comment %} {{ starrocks__comment_clause(column.comment) }}{% endif -%}
{%- endmacro %}

{% macro starrocks__index_clause(index) -%}
  index `{{ index.name }}` (`{{ index.column }}`) using {{ index.kind }}
  {%- if index.properties %} ({{ starrocks__property_list(index.properties, ', ') }}){% endif -%}
  {%- if index.comment %} {{ starrocks__comment_clause(index.comment) }}{% endif -%}
{%- endmacro %}

{% macro starrocks__name_list(names) -%}
  {%- for name in names %}`{{ name }}`{{ ', ' if not loop.last }}{% endfor -%}
{%- endmacro %}
