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

    select * from {{ ref('int_orders') }}
    {% if is_incremental() %}
    where order_date in ({{ touched_dates() }})
    {% endif %}

),

final as (

    select
        order_date,
        currency,
        channel,
        count(*) as orders_count,
        count(*) filter (where is_cancelled) as cancelled_orders_count,
        sum(total_amount)::numeric(38, 2) as gross_revenue,
        coalesce(sum(total_amount) filter (where is_cancelled), 0)::numeric(38, 2) as cancelled_revenue,
        coalesce(sum(total_amount) filter (where not is_cancelled), 0)::numeric(38, 2) as net_revenue,
        max(loaded_at) as loaded_at
    from orders
    group by
        order_date,
        currency,
        channel

)

select * from final
