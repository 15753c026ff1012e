with source as (

    select * from {{ source('landing', 'customers') }}

),

renamed as (

    select
        -- keys
        customer_id,
        _file_id as file_id,
        _record_no as record_no,

        -- text
        btrim(email) as email,
        btrim(name) as customer_name,
        upper(btrim(country)) as country,
        coalesce(tags, '{}') as tags,

        -- booleans
        marketing_opt_in as has_opted_in_to_marketing,

        -- dates and times
        signed_up_at,
        updated_at,
        _loaded_at as loaded_at

    from source

)

select * from renamed
