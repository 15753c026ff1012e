with source as (

    select * from {{ source('landing', 'orders') }}

),

renamed as (

    select
        -- keys
        order_id,
        customer_id,
        _file_id as file_id,
        _record_no as record_no,

        -- text
        status,
        upper(currency::text) as currency,
        coalesce(nullif(lower(btrim(channel)), ''), 'unknown') as channel,
        ship_city,
        upper(ship_country) as ship_country,
        ship_postcode,
        note,

        -- numbers
        total_amount,

        -- dates and times
        {{ reporting_date('ordered_at') }} as order_date,
        ordered_at,
        updated_at,
        _loaded_at as loaded_at

    from source

)

select * from renamed
