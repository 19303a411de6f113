{#- What the server changes in place: the refresh scheme, and properties, several in one statement. -#}
{% macro starrocks__alter_materialized_view(relation, changes) -%}
  {% do log('Applying ALTER to: ' ~ relation.render()) %}
  {%- set alter = 'alter materialized view ' ~ relation.render() -%}
  {% if changes.refresh %}
    {% do starrocks__run(alter ~ ' refresh ' ~ changes.refresh.sql) %}
  {% endif %}
  {% if changes.properties %}
    {% do starrocks__run(alter ~ ' set (' ~ starrocks__property_list(changes.properties, ', ') ~ ')') %}
  {% endif %}
{%- endmacro %}

{#- An inactive one is told to look again; why it was inactive is said. -#}
{% macro starrocks__reactivate(relation) -%}
  {%- set reason = adapter.inactive_reason(relation) -%}
  {% if reason is not none %}
    {% do log(relation.render() ~ ' was inactive: ' ~ (reason or 'the server gives no reason') ~ '. Activating it.', info=True) %}
    {% do starrocks__run('alter materialized view ' ~ relation.render() ~ ' active') %}
  {% endif %}
{%- endmacro %}
