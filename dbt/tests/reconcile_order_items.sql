-- As many rows in order_items as there are items in the orders, order by order; so each item has its order too.
with orders as (

    select
        order_id,
        items_count
    from {{ ref('int_orders') }}
    where {{ recently_loaded() }}

),

items as (

    select
        order_id,
        count(*) as rows_count
    from {{ ref('order_items') }}
    where {{ recently_loaded() }}
    group by order_id

)

select
    coalesce(orders.order_id, items.order_id) as order_id,
    coalesce(orders.items_count, 0) as items_count,
    coalesce(items.rows_count, 0) as rows_count
from orders
full join items on orders.order_id = items.order_id
where coalesce(orders.items_count, 0) <> coalesce(items.rows_count, 0)
