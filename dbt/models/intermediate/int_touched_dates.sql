-- Not materialized: each use has to be filtered by its time stamp through an index.
with orders as not materialized (

    select * from {{ ref('int_orders') }}

),

first_orders as not materialized (

    select * from {{ ref('int_customer_first_orders') }}

),

touches as (

    select
        order_date,
        loaded_at as touched_at,
        'order' as touched_by
    from orders

    union all

    select
        former.order_date,
        orders.loaded_at as touched_at,
        'order' as touched_by
    from orders
    cross join lateral unnest(orders.former_order_dates) as former (order_date)
    where orders.former_order_dates <> '{}'

    union all

    select
        first_order_date as order_date,
        changed_at as touched_at,
        'first order' as touched_by
    from first_orders
    where first_order_date is not null

    union all

    select
        former.order_date,
        first_orders.changed_at as touched_at,
        'first order' as touched_by
    from first_orders
    cross join lateral unnest(first_orders.former_first_order_dates) as former (order_date)
    where first_orders.former_first_order_dates <> '{}'

)

select
    order_date,
    touched_at,
    touched_by
from touches
