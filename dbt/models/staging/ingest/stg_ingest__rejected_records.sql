-- The raw record and the message, which quotes it, are not read: they may hold personal data, and the role may not read them.
with source as (

    select
        reject_id,
        file_id,
        dataset,
        record_no,
        column_name,
        error_code,
        is_loaded,
        rejected_at,
        replayed_at
    from {{ source('ingest', 'rejected_record') }}

),

renamed as (

    select
        -- keys
        reject_id,
        file_id,
        dataset,
        record_no,

        -- text
        column_name,
        error_code,

        -- booleans
        replayed_at is null as is_open,
        is_loaded,

        -- dates and times
        rejected_at,
        replayed_at

    from source

)

select * from renamed
