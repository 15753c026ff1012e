{{
    config(
        materialized='incremental',
        incremental_strategy='upsert',
        unique_key=['received_date', 'dataset'],
        on_schema_change='fail',
        full_refresh=false
    )
}}

with files as (

    select * from {{ ref('int_dataset_files') }}
    -- That an object was removed is told in the ledger, and is no file.
    where status <> 'removed'

),

datasets as (

    select * from {{ ref('stg_ingest__datasets') }}
    -- A child has no files of its own: what came of it is its parent's.
    where prefix is not null

),

-- A registered dataset has a row for every day from its first file or its registration, whichever is earlier, until today: a day
-- on which nothing came has to be seen.
spans as (

    select
        datasets.dataset,
        least(datasets.registered_date, min(files.received_date)) as first_date
    from datasets
    left join files on datasets.dataset = files.dataset
    group by
        datasets.dataset,
        datasets.registered_date

),

expected as (

    select
        spans.dataset,
        calendar.day::date as received_date
    from spans
    cross join lateral generate_series(
        spans.first_date::timestamp, {{ today() }}::timestamp, interval '1 day'
    ) as calendar (day)

),

received as (

    select
        dataset,
        received_date,
        count(*) as files_count,
        count(*) filter (where status = 'loaded') as loaded_files_count,
        count(*) filter (where status = 'partially_loaded') as partially_loaded_files_count,
        count(*) filter (where status = 'load_failed') as failed_files_count,
        count(*) filter (where status = 'skipped_stale') as stale_files_count,
        count(*) filter (where status = 'object_missing') as missing_files_count,
        count(*) filter (where status = 'no_dataset') as unmatched_files_count,
        sum(deliveries_count - 1) as duplicate_deliveries_count,
        sum(coalesce(size_bytes, 0)) as bytes_count,
        -- What the filter leaves out is no record of the dataset.
        sum(records_count - rows_filtered_count) as records_count,
        -- A delete is applied as a row is.
        sum(rows_loaded_count + rows_deleted_count) as rows_loaded_count,
        sum(rows_rejected_count) as rows_rejected_count,
        sum(rows_stale_count) as rows_stale_count,
        percentile_cont(array[0.5, 0.95, 0.99]) within group (
            order by extract(epoch from loaded_at - uploaded_at)
        ) as lag_seconds,
        max(loaded_at) as loaded_at
    from files
    group by
        dataset,
        received_date

),

final as (

    select
        coalesce(received.received_date, expected.received_date) as received_date,
        coalesce(received.dataset, expected.dataset) as dataset,
        coalesce(received.files_count, 0) as files_count,
        coalesce(received.loaded_files_count, 0) as loaded_files_count,
        coalesce(received.partially_loaded_files_count, 0) as partially_loaded_files_count,
        coalesce(received.failed_files_count, 0) as failed_files_count,
        coalesce(received.stale_files_count, 0) as stale_files_count,
        coalesce(received.missing_files_count, 0) as missing_files_count,
        coalesce(received.unmatched_files_count, 0) as unmatched_files_count,
        coalesce(received.duplicate_deliveries_count, 0)::bigint as duplicate_deliveries_count,
        coalesce(received.bytes_count, 0)::bigint as bytes_count,
        coalesce(received.records_count, 0)::bigint as records_count,
        coalesce(received.rows_loaded_count, 0)::bigint as rows_loaded_count,
        coalesce(received.rows_rejected_count, 0)::bigint as rows_rejected_count,
        coalesce(received.rows_stale_count, 0)::bigint as rows_stale_count,
        round(
            (received.rows_loaded_count + received.rows_stale_count) / nullif(received.records_count, 0), 6
        )::numeric(7, 6) as record_completeness,
        round(
            (received.files_count - received.failed_files_count - received.missing_files_count - received.unmatched_files_count)
            ::numeric / nullif(received.files_count, 0), 6
        )::numeric(7, 6) as file_completeness,
        received.lag_seconds[1]::numeric(14, 3) as lag_p50_seconds,
        received.lag_seconds[2]::numeric(14, 3) as lag_p95_seconds,
        received.lag_seconds[3]::numeric(14, 3) as lag_p99_seconds,
        received.loaded_at
    from received
    full join expected
        on
            received.dataset = expected.dataset
            and received.received_date = expected.received_date

)

select final.* from final
{% if is_incremental() %}
-- A day of which the ledger has forgotten files (ingest_prune) stays as it was.
left join {{ this }} as held
    on
        final.received_date = held.received_date
        and final.dataset = held.dataset
where final.files_count >= coalesce(held.files_count, 0)
{% endif %}
