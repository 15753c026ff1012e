{#
    What an increment has to look at again. Three rules make every incremental model here equal its own full refresh:

    1. "Since when" is the newest loaded_at that the model itself holds, less late_commit_window, because a batch
       that began earlier may commit later. A model that failed yesterday therefore catches up by itself today.
    2. int_orders is the only reader of landing.orders. Everything after it sees one frozen state, whatever lands meanwhile.
    3. An order that moves to another day or customer leaves its old place in int_orders' former_* columns,
       so that the place it left is re-aggregated too.
#}

{# The timestamp, as an SQL literal (the planner knows what a literal selects), after which rows are read again. #}
{% macro loaded_since(column='loaded_at') %}
    {%- if not execute -%}
        {{ return("'-infinity'::timestamptz") }}
    {%- endif -%}
    {%- set newest = run_query(
        "select coalesce(max(" ~ column ~ "), '-infinity') - interval '" ~ var('late_commit_window') ~ "' from " ~ this
    ) -%}
    {{ return("'" ~ newest.rows[0][0] ~ "'::timestamptz") }}
{% endmacro %}

{# The days on which an order has come, changed or gone since the model last looked, as a list of SQL literals. #}
{% macro touched_dates() %}
    {%- if not execute -%}
        {{ return("null::date") }}
    {%- endif -%}
    {%- set dates = run_query(
        "select distinct order_date::text from " ~ ref('int_touched_dates')
        ~ " where touched_at > " ~ loaded_since() ~ " order by order_date"
    ) -%}
    {{ return("'" ~ dates.columns[0].values() | join("'::date, '") ~ "'::date" if dates.rows else "null::date") }}
{% endmacro %}

{# The customers of whom a new state has been seen since the model last looked, as a query. #}
{% macro touched_customers() -%}
    select seen.customer_id from {{ ref('customers_snapshot') }} as seen where seen.loaded_at > {{ loaded_since() }}
{%- endmacro %}

{#
    Incremental strategy: in one transaction, forget every touched day (order, customer) and insert what it holds now.
    Unlike delete+insert it also forgets a day that has become empty, of which the new rows say nothing.
#}
{% macro get_incremental_replace_touched_sql(arg_dict) %}
    delete from {{ arg_dict['target_relation'] }}
    where
    {%- if arg_dict['unique_key'] == 'order_date' %} order_date in ({{ touched_dates() }})
    {%- elif arg_dict['unique_key'] == 'order_id' %}
        order_id in (select order_id from {{ ref('int_orders') }} where loaded_at > {{ loaded_since() }})
    {%- elif arg_dict['unique_key'] == 'customer_id' %}
        customer_id in ({{ touched_customers() }})
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "incremental_strategy replace_touched knows unique_key order_date, order_id and customer_id, not " ~ arg_dict['unique_key']
        ) }}
    {%- endif %};

    {{ get_insert_into_sql(arg_dict['target_relation'], arg_dict['temp_relation'], arg_dict['dest_columns']) }}
{% endmacro %}
