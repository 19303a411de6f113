{#- What `docs generate` shows. Every branch names its schema, for an unfiltered read of information_schema visits all
    databases of the cluster, and in an external catalog opens every table remotely. -#}

{% macro starrocks__get_catalog(information_schema, schemas) -%}
  {%- set branches = [] -%}
  {%- for schema in schemas -%}
    {%- do branches.append(starrocks__catalog_branch(information_schema.database, schema, [])) -%}
  {%- endfor -%}
  {{ return(starrocks__catalog_of(branches)) }}
{%- endmacro %}

{#- Relations of one schema in one branch; in other catalogs one branch each, since only an equality is pushed down. -#}
{% macro starrocks__get_catalog_relations(information_schema, relations) -%}
  {%- set database, wanted, branches = information_schema.database, {}, [] -%}
  {%- for relation in relations -%}
    {%- set group = (relation.schema, '' if database == 'default_catalog' else relation.identifier) -%}
    {%- do wanted.setdefault(group, []).append(relation.identifier) -%}
  {%- endfor -%}
  {%- for group, names in wanted.items() -%}
    {%- do branches.append(starrocks__catalog_branch(database, group[0], [] if none in names else names)) -%}
  {%- endfor -%}
  {{ return(starrocks__catalog_of(branches)) }}
{%- endmacro %}

{% macro starrocks__get_catalog_for_single_relation(relation) -%}
  {%- set branch = starrocks__catalog_branch(relation.database, relation.schema, [relation.identifier]) -%}
  {{ return(run_query(branch ~ '\norder by column_index')) }}
{%- endmacro %}

{% macro starrocks__catalog_of(branches) -%}
  {{ return(run_query(branches | join('\nunion all\n') ~ '\norder by table_schema, table_name, column_index')) }}
{%- endmacro %}

{#- Only the internal catalog has materialized views; information_schema.tables calls them views. -#}
{% macro starrocks__catalog_branch(database, schema, names) -%}
  {%- set source = information_schema_name(database) -%}
  {%- set internal = database == 'default_catalog' -%}
  select
    {{ starrocks__text(database) }} as table_database, t.table_schema, t.table_name,
    {% if internal -%}
    if(m.table_name is null, t.table_type, 'MATERIALIZED VIEW') as table_type,
    {%- else -%}
    t.table_type,
    {%- endif %}
    t.table_comment, c.column_name, c.ordinal_position as column_index, c.column_type, c.column_comment,
    t.table_rows as row_count, t.data_length as bytes,
    concat({{ starrocks__utc('t.update_time') }}, ' UTC') as last_changed
  from {{ source }}.tables t
  join {{ source }}.columns c
    on c.table_schema = t.table_schema and c.table_name = t.table_name
    and {{ starrocks__of_schema('c', schema, names) }}
  {%- if internal %}
  left join {{ source }}.materialized_views m
    on m.table_schema = t.table_schema and m.table_name = t.table_name
    and {{ starrocks__of_schema('m', schema) }}
  {%- endif %}
  where t.table_type <> 'SYSTEM VIEW' and {{ starrocks__of_schema('t', schema, names) }}
{%- endmacro %}

{#- A condition of equalities, which newer servers answer from the front end without a backend. -#}
{% macro starrocks__of_schema(alias, schema, names=[]) -%}
  {{ alias }}.table_schema = {{ starrocks__text(schema) }}
  {%- if names | length == 1 %} and {{ alias }}.table_name = {{ starrocks__text(names[0]) }}
  {%- elif names %} and {{ alias }}.table_name in (
    {%- for name in names %}{{ starrocks__text(name) }}{{ ', ' if not loop.last }}{% endfor %})
  {%- endif %}
{%- endmacro %}
