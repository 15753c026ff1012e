-- A file that several datasets share counts in each of them; any other in its own.
with files as (

    select * from {{ ref('stg_ingest__files') }}

),

shares as (

    select * from {{ ref('stg_ingest__file_datasets') }}

),

final as (

    select
        files.file_id,
        coalesce(shares.dataset, files.dataset) as dataset,
        coalesce(shares.status, files.status) as status,
        files.size_bytes,
        files.deliveries_count,
        coalesce(shares.records_count, files.records_count) as records_count,
        coalesce(shares.rows_loaded_count, files.rows_loaded_count) as rows_loaded_count,
        coalesce(shares.rows_rejected_count, files.rows_rejected_count) as rows_rejected_count,
        coalesce(shares.rows_stale_count, files.rows_stale_count) as rows_stale_count,
        coalesce(shares.rows_filtered_count, files.rows_filtered_count) as rows_filtered_count,
        coalesce(shares.rows_deleted_count, files.rows_deleted_count) as rows_deleted_count,
        files.received_date,
        case when shares.file_id is null then files.loaded_at else shares.loaded_at end as loaded_at,
        files.uploaded_at
    from files
    left join shares on files.file_id = shares.file_id

)

select * from final
