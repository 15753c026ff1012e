-- Every landed row comes from a file that the ledger says was loaded, and no file has more rows in landing than the
-- ledger counts for it. It may have fewer: rows that a later file replaced carry that file's number. A file that was loaded more
-- than 14 days ago may be missing: ingest_prune() forgets nothing younger.
with landed as (

    select
        file_id,
        loaded_at
    from {{ ref('stg_landing__orders') }}
    where {{ recently_loaded() }}

    union all

    select
        file_id,
        loaded_at
    from {{ ref('stg_landing__customers') }}
    where {{ recently_loaded() }}

),

landed_files as (

    select
        file_id,
        count(*) as rows_count,
        max(loaded_at) as loaded_at
    from landed
    group by file_id

)

select
    landed_files.file_id,
    landed_files.rows_count,
    files.status,
    files.rows_loaded_count
from landed_files
left join {{ ref('stg_ingest__files') }} as files on landed_files.file_id = files.file_id
where
    (files.file_id is null and landed_files.loaded_at > now() - interval '14 days')
    or files.status not in ('loaded', 'partially_loaded')
    or landed_files.rows_count > files.rows_loaded_count
