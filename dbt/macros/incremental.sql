{#
    What an increment has to look at again. Three rules make every incremental model here equal its own full refresh:

    1. "Since when" is the newest loaded_at that the model itself holds, less late_commit_window, because a batch
       that began earlier may commit later. A model that failed yesterday therefore catches up by itself today.
    2. int_orders is the only reader of landing.orders and its items, in one statement. Everything after it sees one frozen state, whatever lands meanwhile.
    3. An order that moves to another day or customer leaves its old place in int_orders' former_* columns,
       so that the place it left is re-aggregated too.

    What was there before is looked up key by key (lateral … limit 1), never joined: an increment costs what it brings, and
    however long history gets, no plan turns to reading all of it.
#}

{# The timestamp, as an SQL literal (the planner knows what a literal selects), after which rows are read again. #}
{% macro loaded_since() %}
    {%- if not execute -%}
        {{ return("'-infinity'::timestamptz") }}
    {%- endif -%}
    {%- set newest = run_query(
        "select coalesce(max(loaded_at), '-infinity') - interval '" ~ var('late_commit_window') ~ "' from " ~ this
    ) -%}
    {{ return("'" ~ newest.rows[0][0] ~ "'::timestamptz") }}
{% endmacro %}

{#
    The days on which an order has come, changed or gone since the model last looked, as a list of SQL literals; for a model that reads
    customers' first orders, also the days on which one fell or falls. One of the two causes alone: touched_by.
#}
{% macro touched_dates(touched_by=none) %}
    {%- if not execute -%}
        {{ return("null::date") }}
    {%- endif -%}
    {%- set reads_first_orders = "model." ~ project_name ~ ".int_customer_first_orders" in model.depends_on.nodes -%}
    {%- set cause = touched_by or ("order" if not reads_first_orders) -%}
    {%- set dates = run_query(
        "select distinct order_date::text from " ~ ref('int_touched_dates') ~ " where touched_at > " ~ loaded_since()
        ~ (" and touched_by = '" ~ cause ~ "'" if cause else "") ~ " order by order_date"
    ) -%}
    {{ return("'" ~ dates.columns[0].values() | join("'::date, '") ~ "'::date" if dates.rows else "null::date") }}
{% endmacro %}

{# The customers of whom a new state has been seen since the model last looked, as a query. #}
{% macro touched_customers() -%}
    select seen.customer_id from {{ ref('customers_snapshot') }} as seen where seen.loaded_at > {{ loaded_since() }}
{%- endmacro %}

{#
    Incremental strategy: new rows in, known keys updated, each found by its key. Not dbt's merge: that is a join, and from some
    size of the increment on PostgreSQL plans it over all of the table.
#}
{% macro get_incremental_upsert_sql(arg_dict) %}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | list -%}
    {%- set key = [arg_dict['unique_key']] if arg_dict['unique_key'] is string else arg_dict['unique_key'] -%}
    insert into {{ arg_dict['target_relation'] }} ({{ columns | join(', ') }})
    select {{ columns | join(', ') }} from {{ arg_dict['temp_relation'] }}
    on conflict ({{ key | join(', ') }}) do update set
        {% for column in columns %}{{ column }} = excluded.{{ column }}{{ ', ' if not loop.last }}{% endfor %}
{% endmacro %}

{#
    Incremental strategy: in one transaction, forget every touched day (order, customer) and insert what it holds now.
    Unlike delete+insert it also forgets a day that has become empty, of which the new rows say nothing.
#}
{% macro get_incremental_replace_touched_sql(arg_dict) %}
    {%- set target = arg_dict['target_relation'] -%}
    delete from {{ target }}
    where
    {%- if arg_dict['unique_key'] == 'order_date' %} order_date in ({{ touched_dates() }})
    {%- elif arg_dict['unique_key'] == 'order_id' %} ctid = any(array({{ rows_of_touched_orders(target) }}))
    {%- elif arg_dict['unique_key'] == 'customer_id' %} customer_id in ({{ touched_customers() }})
    {%- else -%}
        {{ exceptions.raise_compiler_error(
            "incremental_strategy replace_touched knows unique_key order_date, order_id and customer_id, not " ~ arg_dict['unique_key']
        ) }}
    {%- endif %};

    {{ get_insert_into_sql(target, arg_dict['temp_relation'], arg_dict['dest_columns']) }}
{% endmacro %}

{#
    Where the rows of touched orders lie in a mart whose key begins with order_date and order_id: one index probe for each day that an
    order is or was on. The offset keeps PostgreSQL from making a join of it, for which it would read all of the mart.
#}
{% macro rows_of_touched_orders(mart) %}
        select held.ctid
        from {{ ref('int_orders') }} as orders
        cross join lateral (
            select mart.ctid
            from {{ mart }} as mart
            where mart.order_date = any(orders.order_date || orders.former_order_dates) and mart.order_id = orders.order_id
            offset 0
        ) as held
        where orders.loaded_at > {{ loaded_since() }}
{%- endmacro %}
