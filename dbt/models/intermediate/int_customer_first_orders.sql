{{
    config(
        materialized='incremental',
        incremental_strategy='merge',
        unique_key='customer_id',
        on_schema_change='fail',
        contract={'enforced': true},
        indexes=[
            {'columns': ['loaded_at']},
            {'columns': ['changed_at']},
        ]
    )
}}

with changed_orders as (

    select
        customer_id,
        former_customer_ids,
        loaded_at
    from {{ ref('int_orders') }}
    {% if is_incremental() %}
    where loaded_at > {{ loaded_since() }}
    {% endif %}

),

touches as (

    select
        customer_id,
        loaded_at
    from changed_orders

    union all

    select
        former.customer_id,
        changed_orders.loaded_at
    from changed_orders
    cross join lateral unnest(changed_orders.former_customer_ids) as former (customer_id)

),

touched_customers as (

    select
        customer_id,
        max(loaded_at) as loaded_at
    from touches
    group by customer_id

),

first_orders as (

    select
        touched_customers.customer_id,
        touched_customers.loaded_at,
        -- One index probe a customer, so that the cost follows the customers of the day and not the orders of all time.
        (
            select min(orders.order_date)
            from {{ ref('int_orders') }} as orders
            where
                orders.customer_id = touched_customers.customer_id
                and not orders.is_cancelled
        ) as first_order_date
    from touched_customers

),

known as (

    {% if is_incremental() %}
    select
        customer_id,
        first_order_date,
        changed_at,
        former_first_order_dates
    from {{ this }}
    {% else %}
    select
        null::bigint as customer_id,
        null::date as first_order_date,
        null::timestamptz as changed_at,
        null::date[] as former_first_order_dates
    where false
    {% endif %}

),

final as (

    select
        first_orders.customer_id,
        first_orders.first_order_date,
        first_orders.loaded_at,
        case
            when
                known.customer_id is null
                or (first_orders.first_order_date is distinct from known.first_order_date)
                then first_orders.loaded_at
            else known.changed_at
        end as changed_at,
        array_remove(
            array_remove(coalesce(known.former_first_order_dates, '{}') || known.first_order_date, null),
            first_orders.first_order_date
        ) as former_first_order_dates
    from first_orders
    left join known on first_orders.customer_id = known.customer_id

)

select * from final
