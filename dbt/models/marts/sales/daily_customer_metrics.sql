{{
    config(
        materialized='incremental',
        incremental_strategy='replace_touched',
        unique_key='order_date',
        on_schema_change='fail'
    )
}}

-- depends_on: {{ ref('int_touched_dates') }}

with orders as (

    select
        order_date,
        customer_id,
        is_cancelled,
        loaded_at
    from {{ ref('int_orders') }}
    {% if is_incremental() %}
    where order_date in ({{ touched_dates() }})
    {% endif %}

),

first_orders as (

    select
        customer_id,
        first_order_date
    from {{ ref('int_customer_first_orders') }}

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

final as (

    select
        customer_days.order_date,
        count(*) filter (where customer_days.orders_count > 0) as active_customers_count,
        count(*) filter (
            where customer_days.orders_count > 0 and first_orders.first_order_date = customer_days.order_date
        ) as new_customers_count,
        count(*) filter (
            where customer_days.orders_count > 0 and first_orders.first_order_date < customer_days.order_date
        ) as returning_customers_count,
        sum(customer_days.orders_count)::bigint as orders_count,
        max(customer_days.loaded_at) as loaded_at
    from customer_days
    left join first_orders on customer_days.customer_id = first_orders.customer_id
    group by customer_days.order_date

)

select * from final
