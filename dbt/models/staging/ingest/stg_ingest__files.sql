with source as (

    select * from {{ source('ingest', 'file') }}

),

renamed as (

    select
        -- keys
        file_id,
        batch_id,
        coalesce(dataset, 'none') as dataset,

        -- text
        bucket,
        key,
        status,
        error_code,

        -- numbers
        size as size_bytes,
        deliveries as deliveries_count,
        records as records_count,
        rows_loaded as rows_loaded_count,
        rows_rejected as rows_rejected_count,
        rows_stale as rows_stale_count,
        rows_filtered as rows_filtered_count,
        rows_deleted as rows_deleted_count,

        -- dates and times
        {{ reporting_date('received_at') }} as received_date,
        received_at,
        loaded_at,
        coalesce(event_time, last_modified) as uploaded_at

    from source

)

select * from renamed
