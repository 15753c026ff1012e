{{
    config(
        materialized='incremental',
        incremental_strategy='upsert',
        unique_key='order_id',
        on_schema_change='fail',
        contract={'enforced': true},
        indexes=[
            {'columns': ['loaded_at']},
            {'columns': ['order_date']},
            {'columns': ['customer_id', 'order_date']},
        ]
    )
}}

with orders as (

    select * from {{ ref('stg_landing__orders') }}
    {% if is_incremental() %}
    where loaded_at > {{ loaded_since() }}
    {% endif %}

),

known as (

    {% if is_incremental() %}
    select
        order_id,
        order_date,
        customer_id,
        former_order_dates,
        former_customer_ids
    from {{ this }}
    {% else %}
    select
        null::uuid as order_id,
        null::date as order_date,
        null::bigint as customer_id,
        null::date[] as former_order_dates,
        null::bigint[] as former_customer_ids
    where false
    {% endif %}

),

final as (

    select
        orders.order_id,
        orders.customer_id,
        orders.order_date,
        orders.ordered_at,
        orders.status,
        orders.status = 'cancelled' as is_cancelled,
        orders.currency,
        orders.channel,
        orders.total_amount,
        orders.ship_city,
        orders.ship_country,
        orders.ship_postcode,
        orders.note,
        coalesce(lines.items, '[]') as items,
        lines.items_count,
        orders.updated_at,
        orders.file_id,
        orders.record_no,
        orders.loaded_at,
        array_remove(
            array_remove(coalesce(known.former_order_dates, '{}') || known.order_date, null),
            orders.order_date
        ) as former_order_dates,
        array_remove(
            array_remove(coalesce(known.former_customer_ids, '{}') || known.customer_id, null),
            orders.customer_id
        ) as former_customer_ids
    from orders
    left join lateral (
        select held.*
        from known as held
        where held.order_id = orders.order_id
        limit 1
    ) as known on true
    -- In the statement that reads the order, so that both are of one state.
    left join lateral (
        select
            jsonb_agg(to_jsonb(landed) - 'order_id' order by landed.line_number) as items,
            count(*)::integer as items_count
        from (
            select
                order_id,
                line_number,
                sku,
                quantity,
                unit_price
            from {{ ref('stg_landing__order_items') }}
        ) as landed
        where landed.order_id = orders.order_id
    ) as lines on true

)

select * from final
