{#- How good the data are, from dbt's own results, in the database `ops`:
    `record_results` keeps what each run found, `score_quality` sums it up. -#}

{% macro ops_relation(identifier) -%}
  {% do return(api.Relation.create(database=target.database, schema=generate_schema_name('ops', none), identifier=identifier)) %}
{%- endmacro %}

{% macro create_ops_tables() -%}
  {% do adapter.create_schema(ops_relation(none)) %}
  {% do run_query("create table if not exists " ~ ops_relation('node_results') ~ " (
      recorded_at datetime not null comment 'When the run ended (UTC)',
      invocation_id varchar(36) not null comment 'The run',
      node varchar(500) not null comment 'What dbt calls it',
      layer varchar(20) not null comment 'ods, dwd, dws, ads or all',
      kind varchar(20) not null comment 'run, test or freshness',
      status varchar(20) not null comment 'As dbt reports it',
      seconds double null comment 'How long it took',
      failures bigint null comment 'Rows that a test found',
      message string null comment 'What the server or the test said'
    ) duplicate key (recorded_at, invocation_id) comment 'What each node of each run came to'
    distributed by hash(node)") %}
  {% do run_query("create table if not exists " ~ ops_relation('quality_scores') ~ " (
      scored_at datetime not null comment 'When it was computed (UTC)',
      layer varchar(20) not null comment 'ods, dwd, dws, ads or all',
      runs_succeeded decimal(5, 1) null comment 'Percent of models, snapshots and seeds that were built',
      tests_passed decimal(5, 1) null comment 'Percent of the tests that passed',
      sources_fresh decimal(5, 1) null comment 'Percent of the sources that are fresh',
      score decimal(5, 1) not null comment 'The mean of those'
    ) duplicate key (scored_at, layer) comment 'Quality by layer, over time'
    distributed by hash(layer)") %}
{%- endmacro %}

{#- On the end of every run: one INSERT. -#}
{% macro record_results(results) -%}
  {%- set rows = [] -%}
  {%- for result in results if execute and result.node.resource_type in ops_kinds() -%}
    {% do rows.append(ops_row(result)) %}
  {%- endfor -%}
  {%- if rows -%}
    {% do create_ops_tables() %}
    {% do run_query('insert into ' ~ ops_relation('node_results') ~ ' values ' ~ rows | join(',\n')) %}
  {%- endif -%}
{%- endmacro %}

{% macro ops_kinds() -%}
  {% do return({
    'model': 'run', 'snapshot': 'run', 'seed': 'run', 'test': 'test', 'unit_test': 'test', 'source': 'freshness',
  }) %}
{%- endmacro %}

{% macro ops_row(result) -%}
  {%- set node = result.node -%}
  {%- set cells = [
    modules.datetime.datetime.utcnow().strftime('%Y-%m-%d %H:%M:%S'), invocation_id, node.unique_id, ops_layer(node),
    ops_kinds()[node.resource_type], result.status, result.execution_time, result.failures, result.message,
  ] -%}
  {%- set texts = [] -%}
  {%- for cell in cells -%}
    {% do texts.append('null' if cell is none or cell is undefined else dbt.string_literal(dbt.escape_single_quotes(cell | string))) %}
  {%- endfor -%}
  {% do return('(' ~ texts | join(', ') ~ ')') %}
{%- endmacro %}

{#- A test belongs to the layer of what it looks at; one over several layers belongs to `all`. -#}
{% macro ops_layer(node) -%}
  {%- if node.resource_type == 'source' -%}{% do return('ods') %}{%- endif -%}
  {%- if node.resource_type in ('model', 'snapshot', 'seed') -%}
    {% do return((node.tags | select('in', ['dwd', 'dws', 'ads']) | list + ['all'])[0]) %}
  {%- endif -%}
  {%- set layers = [] -%}
  {%- set tested = [node.tested_node_unique_id] if node.resource_type == 'unit_test' else node.depends_on.nodes -%}
  {%- for upstream in tested -%}
    {% do layers.append(ops_layer(graph.sources.get(upstream) or graph.nodes[upstream])) %}
  {%- endfor -%}
  {% do return(layers[0] if layers | unique | list | length == 1 else 'all') %}
{%- endmacro %}

{#- dbt run-operation score_quality --args '{fail_under: 95}'
    The last result of every node within `hours` counts. With `fail_under`, a lower score of any layer is an error. -#}
{% macro score_quality(fail_under=none, hours=26) -%}
  {% do create_ops_tables() %}
  {%- set now = modules.datetime.datetime.utcnow().strftime('%Y-%m-%d %H:%M:%S') -%}
  {% do run_query("insert into " ~ ops_relation('quality_scores') ~ ops_scores_sql(now, hours)) %}
  {%- set found = run_query(
    "select layer, runs_succeeded, tests_passed, sources_fresh, score from " ~ ops_relation('quality_scores')
    ~ " where scored_at = '" ~ now ~ "' order by field(layer, 'ods', 'dwd', 'dws', 'ads', 'all')"
  ) -%}
  {%- if not found -%}
    {% do exceptions.raise_compiler_error('No results within ' ~ hours ~ ' hours: run `dbt build` first.') %}
  {%- endif -%}
  {%- set low = [] -%}
  {%- for layer, runs, tests, fresh, score in found -%}
    {% do print(
      '%-4s score %5s   built %s   tests passed %s   sources fresh %s'
      | format(layer, score, ops_percent(runs), ops_percent(tests), ops_percent(fresh))
    ) %}
    {%- if fail_under is not none and score < fail_under -%}
      {% do low.append(layer ~ ' (' ~ score ~ ')') %}
    {%- endif -%}
  {%- endfor -%}
  {%- if low -%}
    {% do exceptions.raise_compiler_error('Quality is under ' ~ fail_under ~ ' in ' ~ low | join(', ')) %}
  {%- endif -%}
{%- endmacro %}

{% macro ops_percent(value) -%}
  {{- '-' if value is none else value ~ ' %' -}}
{%- endmacro %}

{% macro ops_scores_sql(now, hours) %}
  with results as (
    select
      layer,
      kind,
      if(status in ('success', 'pass', 'warn'), 100.0, 0.0) as good,
      row_number() over (partition by node order by recorded_at desc) as nth
    from {{ ops_relation('node_results') }}
    where recorded_at >= hours_sub('{{ now }}', {{ hours }}) and status <> 'skipped'
  ),
  shares as (
    select layer, kind, avg(good) as share
    from (
      select layer, kind, good from results where nth = 1 and layer <> 'all'
      union all
      select 'all', kind, good from results where nth = 1
    ) as by_layer
    group by layer, kind
  )
  select
    '{{ now }}',
    layer,
    cast(max(if(kind = 'run', share, null)) as decimal(5, 1)),
    cast(max(if(kind = 'test', share, null)) as decimal(5, 1)),
    cast(max(if(kind = 'freshness', share, null)) as decimal(5, 1)),
    cast(avg(share) as decimal(5, 1))
  from shares
  group by layer
{% endmacro %}
