{{
    config(
        materialized='incremental',
        incremental_strategy='replace_touched',
        unique_key='order_id',
        on_schema_change='fail',
        indexes=[
            {'columns': ['loaded_at']},
        ]
    )
}}

with orders as (

    select * from {{ ref('int_orders') }}
    where
        items_count > 0
        {% if is_incremental() %}
        and loaded_at > {{ loaded_since() }}
        {% endif %}

),

items as (

    select
        orders.order_id,
        orders.customer_id,
        orders.order_date,
        orders.currency,
        orders.is_cancelled,
        orders.loaded_at,
        item.line_number,
        item.sku,
        item.quantity,
        item.unit_price
    from orders
    cross join lateral jsonb_to_recordset(orders.items) as item (
        line_number integer, sku text, quantity numeric(18, 4), unit_price numeric(18, 4)
    )

),

final as (

    select
        order_id,
        line_number,
        customer_id,
        order_date,
        currency,
        is_cancelled,
        sku,
        quantity,
        unit_price,
        (quantity * unit_price)::numeric(38, 8) as line_amount,
        loaded_at
    from items

)

select * from final
