-- Not a view: an upgrade makes the functions of the pipeline anew, and nothing may hold on to one of them.
{{ config(materialized='ephemeral') }}

with source as (

    select * from {{ source('ingest', 'health') }}

),

renamed as (

    select
        -- keys
        dataset,

        -- text
        state,
        reason,

        -- numbers
        extract(epoch from lag_p50) as lag_p50_seconds,
        extract(epoch from lag_p99) as lag_p99_seconds,
        extract(epoch from expected_every) as expected_every_seconds,
        open_files as open_files_count,
        open_rejects as open_rejects_count,
        deferred_files as deferred_files_count,
        drift as drifted_paths_count,
        rows_suppressed_day as rows_suppressed_count,

        -- dates and times
        last_file_at,
        last_rows_at

    from source

)

select * from renamed
