-- Every order in landing is in int_orders in the same state, and the other way round. Rows that landing received after the
-- run began, or in the last late_commit_window before the newest row of the run, are the next run's.
with settled as (

    select coalesce(max(loaded_at), now()) - interval '{{ var("late_commit_window") }}' as settled_at
    from {{ ref('int_orders') }}

),

missing_or_different as (

    select
        landed.order_id,
        'in landing, but not so in int_orders' as problem
    from {{ ref('stg_landing__orders') }} as landed
    -- Key by key, so that the cost follows the rows of these days and not all orders.
    left join lateral (
        select
            orders.updated_at,
            orders.total_amount,
            orders.status
        from {{ ref('int_orders') }} as orders
        where orders.order_id = landed.order_id
        limit 1
    ) as modelled on true
    where
        {{ recently_loaded('landed.loaded_at') }}
        and landed.loaded_at <= (select settled.settled_at from settled)
        and (landed.updated_at, landed.total_amount, landed.status)
        is distinct from (modelled.updated_at, modelled.total_amount, modelled.status)

),

surplus as (

    select
        modelled.order_id,
        'in int_orders, but no longer in landing: rows were deleted there, run dbt build --full-refresh' as problem
    from {{ ref('int_orders') }} as modelled
    left join lateral (
        select orders.order_id
        from {{ ref('stg_landing__orders') }} as orders
        where orders.order_id = modelled.order_id
        limit 1
    ) as landed on true
    where
        {{ recently_loaded('modelled.loaded_at') }}
        and landed.order_id is null

)

select * from missing_or_different
union all
select * from surplus
