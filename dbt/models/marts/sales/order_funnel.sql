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

-- A step is reached by the orders that stand on it or on a later one. A cancelled order has left the funnel: how far
-- it had come, the source no longer says.
statuses (status, step) as (

    values
    ('placed', 1),
    ('paid', 2),
    ('shipped', 3),
    ('cancelled', null)

),

days as (

    select
        order_date,
        count(*) as placed_count,
        count(*) filter (where status in ('paid', 'shipped')) as paid_count,
        count(*) filter (where status = 'shipped') as shipped_count,
        count(*) filter (where status = 'cancelled') as cancelled_count,
        count(*) filter (where status = 'placed') as open_count,
        max(loaded_at) as loaded_at
    from orders
    group by order_date

),

counted as (

    select
        days.order_date,
        statuses.status,
        statuses.step,
        case statuses.status
            when 'placed' then days.open_count
            when 'paid' then days.paid_count - days.shipped_count
            when 'shipped' then days.shipped_count
            when 'cancelled' then days.cancelled_count
        end as orders_count,
        case statuses.status
            when 'placed' then days.placed_count
            when 'paid' then days.paid_count
            when 'shipped' then days.shipped_count
            when 'cancelled' then days.cancelled_count
        end as reached_orders_count,
        days.placed_count,
        days.loaded_at
    from days
    cross join statuses

)

select
    order_date,
    status,
    step,
    orders_count,
    reached_orders_count,
    round(reached_orders_count::numeric / placed_count, 4)::numeric(5, 4) as reached_share,
    loaded_at
from counted
