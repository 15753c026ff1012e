with health as (

    select * from {{ ref('stg_ingest__health') }}

),

final as (

    select
        dataset,
        state,
        reason,
        last_file_at,
        last_rows_at,
        lag_p50_seconds::numeric(14, 3) as lag_p50_seconds,
        lag_p99_seconds::numeric(14, 3) as lag_p99_seconds,
        expected_every_seconds::numeric(14, 3) as expected_every_seconds,
        open_files_count,
        open_rejects_count,
        deferred_files_count,
        drifted_paths_count,
        rows_suppressed_count,
        current_timestamp as observed_at
    from health

)

select * from final
