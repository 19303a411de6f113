{#- GRANT and REVOKE. The kind of object must be right, names have two parts (the session's catalog is the third), and a
    statement takes one grantee. What is to be changed is decided in grants.py. -#}

{#- A model's `grants` config, at the end of its materialization. -#}
{% macro starrocks__apply_grants(relation, grant_config, should_revoke=True) -%}
  {%- if grant_config -%}
    {%- set changes = adapter.grant_changes(relation, grant_config, not should_revoke) -%}
    {%- if not changes -%}
      {{ log('On ' ~ relation.render() ~ ': all grants are in place.') }}
    {%- endif -%}
    {% do starrocks__change_grants(relation, changes) %}
  {%- endif -%}
{%- endmacro %}

{#- What `helper` must be given before it takes the place of `target`: the config, or without one what the target has. -#}
{% macro starrocks__apply_grants_before_exchange(helper, target, grant_config) -%}
  {%- set changes = adapter.successor_grants(helper, target, grant_config) -%}
  {%- if grant_config -%}
    {% do starrocks__change_grants(helper, changes) %}
  {%- else -%}
    {% do starrocks__carry_grants(helper, changes, target) %}
  {%- endif -%}
{%- endmacro %}

{% macro starrocks__change_grants(relation, changes) -%}
  {%- for change in changes -%}
    {% do adapter.run_in_catalog(relation.database, starrocks__grant_statement(relation, change)) %}
  {%- endfor -%}
{%- endmacro %}

{#- Grants that nobody configured; `named` bears the name under which people know the relation. -#}
{% macro starrocks__carry_grants(relation, changes, named) -%}
  {%- for change in changes -%}
    {%- set told = starrocks__grant_statement(named.incorporate(type=relation.type), change) -%}
    {% do adapter.carry_grant(relation.database, starrocks__grant_statement(relation, change), told) %}
  {%- endfor -%}
{%- endmacro %}

{% macro starrocks__grant_statement(relation, change) -%}
  {{ change.verb }} {{ change.privileges | join(', ') }}
  on {{ relation.kind }} {{ relation.two_part }}
  {{ 'to' if change.verb == 'grant' else 'from' }} {{ change.grantee.sql }}
  {{- ' with grant option' if change.grantable }}
{%- endmacro %}

{#- dbt's own pieces, for those who call them. -#}
{% macro starrocks__get_grant_sql(relation, privilege, grantees) -%}
  grant {{ privilege }} on {{ relation.kind }} {{ relation.two_part }}
  to {{ adapter.grantee_sql(grantees[0]) }}
{%- endmacro %}

{% macro starrocks__get_revoke_sql(relation, privilege, grantees) -%}
  revoke {{ privilege }} on {{ relation.kind }} {{ relation.two_part }}
  from {{ adapter.grantee_sql(grantees[0]) }}
{%- endmacro %}

{% macro starrocks__support_multiple_grantees_per_dcl_statement() -%}
  {{ return(False) }}
{%- endmacro %}

{% macro starrocks__call_dcl_statements(dcl_statement_list) -%}
  {%- for statement in dcl_statement_list -%}
    {% do run_query(statement) %}
  {%- endfor -%}
{%- endmacro %}

{#- The rows of one relation, as adapter.standardize_grants_dict reads them. -#}
{% macro starrocks__get_show_grant_sql(relation) -%}
  {{ starrocks__listed_grants_sql(relation.database, relation.schema, relation.identifier) }}
{%- endmacro %}

{#- One query per schema and run. -#}
{% macro starrocks__read_grants(database, schema) -%}
  {{ return(run_query(starrocks__listed_grants_sql(database, schema))) }}
{%- endmacro %}

{#- The system database `sys` belongs to the internal catalog and tells of every catalog's objects. -#}
{% macro starrocks__listed_grants_sql(database, schema, identifier=none) -%}
  {%- for source, prefix in [('grants_to_users', 'user:'), ('grants_to_roles', 'role:')] %}
  select object_name, concat('{{ prefix }}', grantee) as grantee, privilege_type, is_grantable
  from `default_catalog`.`sys`.`{{ source }}`
  where object_catalog = {{ starrocks__text(database) }}
    and object_database = {{ starrocks__text(schema) }}
    and object_type in ('TABLE', 'VIEW', 'MATERIALIZED VIEW')
    {%- if identifier is not none %} and object_name = {{ starrocks__text(identifier) }}{% endif %}
  {{- '\n  union all' if not loop.last }}
  {%- endfor %}
{%- endmacro %}

{#- Everything one user or role was given, as the statements that gave it. -#}
{% macro starrocks__read_grantee(grantee) -%}
  {{ return(run_query('show grants for ' ~ grantee.sql)) }}
{%- endmacro %}

{#- Inside one concat: 4.1 answers several such functions of one list all with the last one's value. -#}
{% macro starrocks__read_own_grantees() -%}
  {{ return(run_query("select concat(current_user(), ' ', current_role()) as own")) }}
{%- endmacro %}
