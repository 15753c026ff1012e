with source as (

    select * from {{ source('ingest', 'file_dataset') }}

),

renamed as (

    select
        -- keys
        file_id,
        dataset,

        -- text
        status,
        error_code,

        -- numbers
        records as records_count,
        rows_loaded as rows_loaded_count,
        rows_rejected as rows_rejected_count,
        rows_stale as rows_stale_count,
        rows_filtered as rows_filtered_count,
        rows_deleted as rows_deleted_count,

        -- dates and times
        loaded_at

    from source

)

select * from renamed
