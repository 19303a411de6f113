{#- Unique and foreign keys for the optimizer. They are kept with the table's name in them, so a table gets them when it
    bears its own; a statement sets one property. -#}
{% macro starrocks__tell_optimizer(relation, constraints) -%}
  {%- for property, value in constraints.items() -%}
    {% do starrocks__set_property(relation, property, value) %}
  {%- endfor -%}
{%- endmacro %}

{% macro starrocks__set_property(relation, property, value) -%}
  {% do starrocks__run('alter table ' ~ relation.render() ~ ' set (' ~ starrocks__property_list({property: value}, '') ~ ')') %}
{%- endmacro %}
