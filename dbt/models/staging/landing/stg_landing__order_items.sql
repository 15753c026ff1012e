with source as (

    select * from {{ source('landing', 'order_items') }}

),

renamed as (

    select
        -- keys
        order_id,
        line_no as line_number,
        _file_id as file_id,

        -- text
        sku,

        -- numbers
        qty as quantity,
        unit_price,

        -- dates and times
        _loaded_at as loaded_at

    from source

)

select * from renamed
