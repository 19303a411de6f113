{#- The types of the tested columns come from the query itself: no table is made to learn them. -#}
{%- materialization unit, adapter='starrocks' -%}
  {%- set sql_header = config.get('sql_header') if flags.REQUIRE_SQL_HEADER_IN_TEST_CONFIGS else none -%}
  {%- set types, quoted, names = {}, {}, [] -%}
  {%- for column in adapter.describe_query(sql, sql_header) -%}
    {%- do types.update({column.name | lower: column.data_type}) -%}
    {%- do quoted.update({column.name | lower: column.quoted}) -%}
    {%- do names.append(column.name) -%}
  {%- endfor -%}

  {%- set expected_rows = config.get('expected_rows') -%}
  {%- set tested = [] -%}
  {%- for name in (expected_rows[0].keys() if expected_rows else names) -%}
    {%- do tested.append(quoted.get(name | lower, adapter.quote(name))) -%}
  {%- endfor -%}
  {%- set expected_sql = config.get('expected_sql') or get_expected_sql(expected_rows, types, quoted) -%}

  {% call statement('main', fetch_result=True) -%}
    {{ sql_header or '' }}
    {{ get_unit_test_sql(sql, expected_sql, tested) }}
  {%- endcall %}
  {{ return({'relations': []}) }}
{%- endmaterialization -%}
