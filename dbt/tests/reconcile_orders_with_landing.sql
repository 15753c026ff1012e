-- Every order in landing is in int_orders in the same state, and the other way round. Rows that landing received after the
-- run began, or in the last late_commit_window before the newest row of the run, are the next run's.
with landed as (

    select
        order_id,
        updated_at,
        total_amount,
        status,
        loaded_at
    from {{ ref('stg_landing__orders') }}
    where {{ recently_loaded() }}

),

-- Not materialized: most uses touch few rows, by index.
modelled as not materialized (

    select
        order_id,
        updated_at,
        total_amount,
        status,
        loaded_at
    from {{ ref('int_orders') }}

),

settled as (

    select coalesce(max(loaded_at), now()) - interval '{{ var("late_commit_window") }}' as settled_at from modelled

),

missing_or_different as (

    select
        landed.order_id,
        'in landing, but not so in int_orders' as problem
    from landed
    left join modelled on landed.order_id = modelled.order_id
    where
        landed.loaded_at <= (select settled.settled_at from settled)
        and (landed.updated_at, landed.total_amount, landed.status)
        is distinct from (modelled.updated_at, modelled.total_amount, modelled.status)

),

surplus as (

    select
        modelled.order_id,
        'in int_orders, but no longer in landing: rows were deleted there, run dbt build --full-refresh' as problem
    from modelled
    left join {{ ref('stg_landing__orders') }} as orders on modelled.order_id = orders.order_id
    where
        {{ recently_loaded('modelled.loaded_at') }}
        and orders.order_id is null

)

select * from missing_or_different
union all
select * from surplus
