{{
    config(
        materialized='incremental',
        incremental_strategy='upsert',
        unique_key=['received_date', 'dataset'],
        on_schema_change='fail',
        full_refresh=false
    )
}}

with child_rows as (

    select * from {{ ref('stg_ingest__child_rows') }}

),

final as (

    select
        received_date,
        dataset,
        count(*) as files_count,
        sum(rows_loaded_count)::bigint as rows_loaded_count,
        sum(rows_left_out_count)::bigint as rows_left_out_count
    from child_rows
    group by
        received_date,
        dataset

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
