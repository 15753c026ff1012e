-- Every record that the ledger calls rejected is kept in the quarantine, and the other way round.
with files as (

    select * from {{ ref('stg_ingest__files') }}
    where status = 'partially_loaded'

),

-- Of a file that datasets share, each may have rejected the same record.
records as (

    select distinct
        file_id,
        record_no,
        dataset
    from {{ ref('stg_ingest__rejected_records') }}
    where
        is_open
        -- The ledger counts it as loaded.
        and not is_loaded
        and record_no > 0

),

kept as (

    select
        file_id,
        count(*) as records_count
    from records
    group by file_id

)

select
    files.file_id,
    files.rows_rejected_count,
    coalesce(kept.records_count, 0) as kept_records_count
from files
left join kept on files.file_id = kept.file_id
where files.rows_rejected_count <> coalesce(kept.records_count, 0)
