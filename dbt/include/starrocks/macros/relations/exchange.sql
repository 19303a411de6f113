{#- Putting a complete helper in the place of what bears the model's name.

    table ↔ table, MV ↔ MV   SWAP: one statement, atomic
    nothing there             RENAME
    between two kinds         no statement exchanges them: both steps go as one packet, and the old one is put back when
                              the second fails (here, or by the next run) -#}

{% macro starrocks__exchange(existing, target, helper) -%}
  {% if existing is none %}
    {% do starrocks__run(starrocks__rename_sql(helper, target)) %}
    {% do adapter.step_is_done() %}
  {% elif existing.type == helper.type %}
    {% do starrocks__swap(existing, target, helper) %}
  {% else %}
    {% do starrocks__apply_grants_before_exchange(helper, existing, config.get('grants')) %}
    {% do starrocks__change_kind(existing, target, starrocks__rename_sql(helper, target)) %}
  {% endif %}
  {% do adapter.replaced(existing, target) %}
{%- endmacro %}

{#- Grants go with the object, so the helper gets them before it takes the name. -#}
{% macro starrocks__swap(existing, target, helper) -%}
  {% do starrocks__apply_grants_before_exchange(helper, target, config.get('grants')) %}
  {% do starrocks__clear_optimizer_constraints(existing) %}
  {% do starrocks__run('alter ' ~ target.kind ~ ' ' ~ target.render() ~ ' swap with ' ~ adapter.quote(helper.identifier)) %}
  {% do adapter.step_is_done() %}
  {% do adapter.reactivate_dependents(target) %}
  {% do starrocks__drop(helper) %}
{%- endmacro %}

{#- `take_name` is the statement that makes the new one: a rename of a helper, or CREATE VIEW. -#}
{% macro starrocks__change_kind(existing, target, take_name, statement_name=none) -%}
  {%- set aside = adapter.helper_relation(existing, 'old').incorporate(type=existing.type) -%}
  {%- if existing.is_view -%}
    {%- set first = 'drop view ' ~ existing.render() -%}
    {#- A dropped view cannot be put back, but what replaces it is complete. -#}
    {% do adapter.if_it_fails(take_name) %}
  {%- else -%}
    {%- set first = starrocks__rename_sql(existing, aside) -%}
    {% do adapter.if_it_fails(starrocks__rename_sql(aside, existing)) %}
  {%- endif -%}
  {% call statement(statement_name or 'change_kind', auto_begin=False) -%}
    {{ first }};
    {{ take_name }}
  {%- endcall %}
  {% do adapter.step_is_done() %}
  {% do adapter.replaced(existing, target) %}
  {% if not existing.is_view %}{% do starrocks__drop(aside) %}{% endif %}
  {#- after the drop, which would inactivate them again -#}
  {% do adapter.reactivate_dependents(target) %}
{%- endmacro %}

{#- SWAP refuses tables whose constraints differ, and theirs name the table: the new one gets its own afterwards. -#}
{% macro starrocks__clear_optimizer_constraints(existing) -%}
  {%- set known = adapter.existing_table(existing) -%}
  {%- for property in ('unique_constraints', 'foreign_key_constraints') if known is not none and known.properties.get(property) -%}
    {% do starrocks__set_property(existing, property, '') %}
  {%- endfor -%}
{%- endmacro %}

{% macro starrocks__rename_sql(from_relation, to_relation) -%}
  {%- if from_relation.is_view -%}
    {% do exceptions.raise_compiler_error('StarRocks cannot rename a view: ' ~ from_relation.render()) %}
  {%- endif -%}
  alter {{ from_relation.kind }} {{ from_relation.render() }} rename {{ adapter.quote(to_relation.identifier) }}
{%- endmacro %}

{#- FORCE leaves nothing in the recycle bin, unless the model asks for that. -#}
{% macro starrocks__drop(relation) -%}
  {%- set force = ' force' if relation.is_table and not config.get('keep_replaced_in_recycle_bin', false) else '' -%}
  {% do starrocks__run('drop ' ~ relation.kind ~ ' if exists ' ~ relation.render() ~ force) %}
  {% do adapter.replaced(relation, none) %}
{%- endmacro %}

{#- What bears the model's name, after a crashed run's exchange has been put right: an old one that was moved aside while
    nothing took its name is moved back. -#}
{% macro starrocks__heal(relation) -%}
  {%- set existing = load_cached_relation(relation) -%}
  {%- if existing is none -%}
    {%- for helper in adapter.leftovers(relation) if helper.holds_old_data -%}
      {%- if loop.first -%}
        {%- set back = relation.incorporate(type=helper.type) -%}
        {% do starrocks__run(starrocks__rename_sql(helper, back)) %}
        {% do adapter.replaced(helper, back) %}
      {%- endif -%}
    {%- endfor -%}
    {%- set existing = load_cached_relation(relation) -%}
  {%- endif -%}
  {% do return(existing) %}
{%- endmacro %}

{#- What an earlier run left, once the model stands: helpers, and materialized views that its exchange put to sleep. -#}
{% macro starrocks__drop_leftovers(relation) -%}
  {% do adapter.wake_dependents(relation) %}
  {%- for helper in adapter.leftovers(relation) -%}
    {% do starrocks__drop(helper) %}
  {%- endfor -%}
{%- endmacro %}

{#- A statement whose rows nobody needs. -#}
{% macro starrocks__run(sql) -%}
  {% call statement('run', auto_begin=False) %}{{ sql }}{% endcall %}
{%- endmacro %}
