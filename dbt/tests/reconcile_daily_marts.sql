-- Orders and amounts of each day are the same in the orders, in daily_revenue, in order_funnel and in daily_customer_metrics,
-- for the days that changed lately. A day that a mart lacks, or has too much, shows as null on one side.
with changed_days as (

    select distinct order_date
    from {{ ref('int_touched_dates') }}
    where {{ recently_loaded('touched_at') }}

),

orders as (

    select
        order_date,
        count(*) as orders_count,
        count(*) filter (where not is_cancelled) as kept_orders_count,
        sum(total_amount) as amount
    from {{ ref('int_orders') }}
    where order_date in (select changed_days.order_date from changed_days)
    group by order_date

),

revenue as (

    select
        order_date,
        sum(orders_count) as orders_count,
        sum(gross_revenue) as amount
    from {{ ref('daily_revenue') }}
    where order_date in (select changed_days.order_date from changed_days)
    group by order_date

),

funnel as (

    select
        order_date,
        sum(orders_count) as orders_count
    from {{ ref('order_funnel') }}
    where order_date in (select changed_days.order_date from changed_days)
    group by order_date

),

customers as (

    select
        order_date,
        orders_count as kept_orders_count
    from {{ ref('daily_customer_metrics') }}
    where order_date in (select changed_days.order_date from changed_days)

)

select
    changed_days.order_date,
    orders.orders_count,
    revenue.orders_count as revenue_orders_count,
    funnel.orders_count as funnel_orders_count,
    orders.kept_orders_count,
    customers.kept_orders_count as customer_orders_count,
    orders.amount,
    revenue.amount as revenue_amount
from changed_days
left join orders on changed_days.order_date = orders.order_date
left join revenue on changed_days.order_date = revenue.order_date
left join funnel on changed_days.order_date = funnel.order_date
left join customers on changed_days.order_date = customers.order_date
where
    orders.orders_count is distinct from revenue.orders_count
    or orders.orders_count is distinct from funnel.orders_count
    or orders.kept_orders_count is distinct from customers.kept_orders_count
    or orders.amount is distinct from revenue.amount
