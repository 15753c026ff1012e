-- Every record that the ledger calls rejected is kept in the quarantine, and the other way round.
with files as (

    select * from {{ ref('stg_ingest__files') }}
    where status = 'partially_loaded'

),

kept as (

    select
        file_id,
        count(distinct (record_no, dataset)) as records_count
    from {{ ref('stg_ingest__rejected_records') }}
    where
        is_open
        and record_no > 0
    group by file_id

)

select
    files.file_id,
    files.rows_rejected_count,
    coalesce(kept.records_count, 0) as kept_records_count
from files
left join kept on files.file_id = kept.file_id
where files.rows_rejected_count <> coalesce(kept.records_count, 0)
