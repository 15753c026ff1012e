{{
    config(
        materialized='incremental',
        incremental_strategy='replace_touched',
        unique_key='order_date',
        on_schema_change='fail'
    )
}}

-- depends_on: {{ ref('int_touched_dates') }}

{% if is_incremental() %}
{% set touched_by_orders, touched_by_first_orders = touched_dates('order'), touched_dates('first order') %}
{% endif %}

with orders as (

    select
        order_date,
        customer_id,
        is_cancelled,
        loaded_at
    from {{ ref('int_orders') }}
    {% if is_incremental() %}
    where order_date in ({{ touched_by_orders }})
    {% endif %}

),

customer_days as (

    select
        order_date,
        customer_id,
        count(*) filter (where not is_cancelled) as orders_count,
        max(loaded_at) as loaded_at
    from orders
    group by
        order_date,
        customer_id

),

days as (

    select
        order_date,
        count(*) filter (where orders_count > 0) as active_customers_count,
        sum(orders_count)::bigint as orders_count,
        max(loaded_at) as loaded_at
    from customer_days
    group by order_date

    {% if is_incremental() %}
    union all

    -- Where only a first order came or went, the same customers were active as before.
    select
        order_date,
        active_customers_count,
        orders_count,
        loaded_at
    from {{ this }}
    where
        order_date in ({{ touched_by_first_orders }})
        and (order_date in ({{ touched_by_orders }})) is not true
    {% endif %}

),

-- A customer's first order makes the customer active on its day, so these are among the active ones.
first_orders as (

    select
        first_order_date as order_date,
        count(*) as new_customers_count
    from {{ ref('int_customer_first_orders') }}
    {% if is_incremental() %}
    where first_order_date in ({{ touched_by_orders }}, {{ touched_by_first_orders }})
    {% endif %}
    group by first_order_date

),

final as (

    select
        days.order_date,
        days.active_customers_count,
        coalesce(first_orders.new_customers_count, 0) as new_customers_count,
        days.active_customers_count - coalesce(first_orders.new_customers_count, 0) as returning_customers_count,
        days.orders_count,
        days.loaded_at
    from days
    left join first_orders on days.order_date = first_orders.order_date

)

select * from final
