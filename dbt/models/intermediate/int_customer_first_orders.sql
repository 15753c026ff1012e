{{
    config(
        materialized='incremental',
        incremental_strategy='upsert',
        unique_key='customer_id',
        on_schema_change='fail',
        contract={'enforced': true},
        indexes=[
            {'columns': ['loaded_at']},
            {'columns': ['changed_at']},
            {'columns': ['first_order_date']},
        ]
    )
}}

{% if is_incremental() %}

with changed_orders as (

    select
        customer_id,
        order_date,
        former_order_dates,
        former_customer_ids,
        loaded_at
    from {{ ref('int_orders') }}
    where loaded_at > {{ loaded_since() }}

),

-- Where a changed order is and was: for each of its customers the earliest day.
touches as (

    select
        customer_id,
        (select min(place.day) from unnest(order_date || former_order_dates) as place (day)) as earliest_date,
        loaded_at
    from changed_orders

    union all

    select
        former.customer_id,
        '-infinity'::date as earliest_date,
        changed_orders.loaded_at
    from changed_orders
    cross join lateral unnest(changed_orders.former_customer_ids) as former (customer_id)
    where changed_orders.former_customer_ids <> '{}'

),

touched_customers as (

    select
        customer_id,
        min(earliest_date) as earliest_date,
        max(loaded_at) as loaded_at
    from touches
    group by customer_id

),

-- A first order stays the first where all that changed is and was later: most customers only order again.
in_question as (

    select
        touched_customers.customer_id,
        touched_customers.loaded_at,
        known.first_order_date as known_date,
        known.changed_at,
        known.former_first_order_dates,
        coalesce(touched_customers.earliest_date > known.first_order_date, false) as is_settled
    from touched_customers
    left join lateral (
        select
            held.first_order_date,
            held.changed_at,
            held.former_first_order_dates
        from {{ this }} as held
        where held.customer_id = touched_customers.customer_id
        limit 1
    ) as known on true

),

first_orders as materialized (

    select
        in_question.*,
        case
            when in_question.is_settled then in_question.known_date
            else (
                select min(orders.order_date)
                from {{ ref('int_orders') }} as orders
                where
                    orders.customer_id = in_question.customer_id
                    and not orders.is_cancelled
            )
        end as first_order_date
    from in_question

)

select
    customer_id,
    first_order_date,
    loaded_at,
    case
        when changed_at is null or (first_order_date is distinct from known_date) then loaded_at
        else changed_at
    end as changed_at,
    array_remove(
        array_remove(coalesce(former_first_order_dates, '{}') || known_date, null),
        first_order_date
    ) as former_first_order_dates
from first_orders
where
    changed_at is null
    or (first_order_date is distinct from known_date)
    -- One row always, so that the model knows up to when it has looked.
    or customer_id = (
        select newest.customer_id
        from first_orders as newest
        order by newest.loaded_at desc, newest.customer_id asc
        limit 1
    )

{% else %}

select
    customer_id,
    min(order_date) filter (where not is_cancelled) as first_order_date,
    max(loaded_at) as loaded_at,
    max(loaded_at) as changed_at,
    '{}'::date[] as former_first_order_dates
from {{ ref('int_orders') }}
group by customer_id

{% endif %}
