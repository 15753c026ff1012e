{{ config(materialized='view') }}

select
    order_id,
    customer_id,
    order_date,
    ordered_at,
    status,
    is_cancelled,
    currency,
    channel,
    total_amount,
    items_count,
    ship_city,
    ship_country,
    ship_postcode,
    note,
    updated_at,
    file_id,
    record_no,
    loaded_at
from {{ ref('int_orders') }}
