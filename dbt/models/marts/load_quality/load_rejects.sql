with rejects as (

    select * from {{ ref('stg_ingest__rejected_records') }}

),

files as (

    select * from {{ ref('stg_ingest__files') }}

),

-- A record with several faults stands in the quarantine once for each; a record under one code is one entry here.
entries as (

    select
        files.received_date,
        coalesce(rejects.dataset, files.dataset) as dataset,
        rejects.error_code,
        rejects.file_id,
        rejects.record_no,
        bool_or(rejects.is_open) as is_open
    from rejects
    inner join files on rejects.file_id = files.file_id
    group by
        files.received_date,
        coalesce(rejects.dataset, files.dataset),
        rejects.error_code,
        rejects.file_id,
        rejects.record_no

),

faults as (

    select
        files.received_date,
        coalesce(rejects.dataset, files.dataset) as dataset,
        rejects.error_code,
        array_agg(distinct rejects.column_name::text) as columns_at_fault
    from rejects
    inner join files on rejects.file_id = files.file_id
    where rejects.column_name is not null
    group by
        files.received_date,
        coalesce(rejects.dataset, files.dataset),
        rejects.error_code

),

counted as (

    select
        received_date,
        dataset,
        error_code,
        count(distinct file_id) as files_count,
        count(*) filter (where record_no > 0) as rejected_records_count,
        count(*) filter (where record_no = 0) as rejected_files_count,
        count(*) filter (where is_open) as open_count,
        count(*) filter (where not is_open) as replayed_count
    from entries
    group by
        received_date,
        dataset,
        error_code

),

final as (

    select
        counted.*,
        coalesce(faults.columns_at_fault, '{}') as columns_at_fault
    from counted
    left join faults
        on
            counted.received_date = faults.received_date
            and counted.dataset = faults.dataset
            and counted.error_code = faults.error_code

)

select * from final
