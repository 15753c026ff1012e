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

{% if is_incremental() %}

with changed_orders as (

    select
        customer_id,
        former_customer_ids,
        loaded_at
    from {{ ref('int_orders') }}
    where loaded_at > {{ loaded_since() }}

),

touched_customers as (

    select
        customer_id,
        max(loaded_at) as loaded_at
    from (
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
    ) as touches
    group by customer_id

),

first_orders as (

    select
        touched_customers.customer_id,
        touched_customers.loaded_at,
        -- One index probe a customer, whatever the planner thinks of the number of customers.
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

    select * from {{ this }}

),

final as (

    select
        first_orders.customer_id,
        first_orders.first_order_date,
        first_orders.loaded_at,
        case
            when first_orders.first_order_date is distinct from known.first_order_date then first_orders.loaded_at
            else known.changed_at
        end as changed_at,
        array_remove(
            array_remove(coalesce(known.former_first_order_dates, '{}') || known.first_order_date, null),
            first_orders.first_order_date
        ) as former_first_order_dates
    from first_orders
    left join known on first_orders.customer_id = known.customer_id

)

{% else %}

with final as (

    select
        customer_id,
        min(order_date) filter (where not is_cancelled) as first_order_date,
        max(loaded_at) as loaded_at,
        max(loaded_at) as changed_at,
        '{}'::date [] as former_first_order_dates
    from {{ ref('int_orders') }}
    group by customer_id

)

{% endif %}

select
    customer_id,
    first_order_date,
    loaded_at,
    changed_at,
    former_first_order_dates
from final
