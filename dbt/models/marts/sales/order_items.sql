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
        element.line_number::integer as line_number,
        element.item ->> 'sku' as sku,
        {{ json_number('element.item', 'qty') }} as quantity,
        {{ json_number('element.item', 'unit_price') }} as unit_price
    from orders
    cross join lateral jsonb_array_elements(orders.items) with ordinality as element (item, line_number)

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
