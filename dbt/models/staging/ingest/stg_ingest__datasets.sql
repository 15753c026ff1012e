with source as (

    select * from {{ source('ingest', 'dataset') }}

),

renamed as (

    select
        -- keys
        name as dataset,

        -- text
        prefix,
        target::text as target_table,
        load_mode,

        -- booleans
        enabled as is_enabled,

        -- dates and times
        {{ reporting_date('registered_at') }} as registered_date,
        registered_at

    from source

)

select * from renamed
