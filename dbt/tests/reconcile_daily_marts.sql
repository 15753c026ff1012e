-- Orders and amounts of each day are the same in the orders, in daily_revenue, in order_funnel and in daily_customer_metrics,
-- for the days that changed lately. A day that a mart lacks, or has too much, shows as null on one side.
with changed_days as (

    select distinct order_date
    from {{ ref('int_touched_dates') }}
    where
        {{ recently_loaded('touched_at') }}
        and touched_by = 'order'

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
-- Day by day, so that the cost follows the days that changed and not all orders.
left join lateral (
    select
        nullif(count(*), 0) as orders_count,
        sum((not of_day.is_cancelled)::integer) as kept_orders_count,
        sum(of_day.total_amount) as amount
    from {{ ref('int_orders') }} as of_day
    where of_day.order_date = changed_days.order_date
) as orders on true
left join lateral (
    select
        sum(of_day.orders_count) as orders_count,
        sum(of_day.gross_revenue) as amount
    from {{ ref('daily_revenue') }} as of_day
    where of_day.order_date = changed_days.order_date
) as revenue on true
left join lateral (
    select sum(of_day.orders_count) as orders_count
    from {{ ref('order_funnel') }} as of_day
    where of_day.order_date = changed_days.order_date
) as funnel on true
left join lateral (
    select sum(of_day.orders_count) as kept_orders_count
    from {{ ref('daily_customer_metrics') }} as of_day
    where of_day.order_date = changed_days.order_date
) as customers on true
where
    orders.orders_count is distinct from revenue.orders_count
    or orders.orders_count is distinct from funnel.orders_count
    or orders.kept_orders_count is distinct from customers.kept_orders_count
    or orders.amount is distinct from revenue.amount
