with source as (

    select * from {{ source('ingest', 'file') }}

),

renamed as (

    select
        -- keys
        source.file_id,
        children.dataset,

        -- numbers
        (children.counts ->> 'loaded')::bigint as rows_loaded_count,
        (children.counts ->> 'rejected')::bigint as rows_left_out_count,

        -- dates and times
        {{ reporting_date('source.received_at') }} as received_date

    from source
    cross join lateral jsonb_each(source.child_rows) as children (dataset, counts)
    where source.child_rows is not null

)

select * from renamed
