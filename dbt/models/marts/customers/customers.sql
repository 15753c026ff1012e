{{
    config(
        materialized='incremental',
        incremental_strategy='replace_touched',
        unique_key='customer_id',
        on_schema_change='fail',
        indexes=[
            {'columns': ['loaded_at']},
        ]
    )
}}

with versions as (

    select * from {{ ref('customers_snapshot') }}
    {% if is_incremental() %}
    where customer_id in ({{ touched_customers() }})
    {% endif %}

),

-- Of several states with one updated_at (a correction that kept its time stamp) the last one seen counts.
last_seen as (

    select distinct on (customer_id, updated_at) *
    from versions
    order by
        customer_id asc,
        updated_at asc,
        dbt_valid_from desc

),

numbered as (

    select
        *,
        row_number() over customer_versions as version_number,
        lead(updated_at) over customer_versions as next_updated_at
    from last_seen
    window customer_versions as (partition by customer_id order by updated_at)

),

final as (

    select
        customer_id,
        version_number::integer as version_number,
        email,
        customer_name,
        country,
        tags,
        has_opted_in_to_marketing,
        signed_up_at,
        -- The oldest state known stands for everything before it, so that an early order finds its customer.
        case when version_number = 1 then least(signed_up_at, updated_at) else updated_at end as valid_from,
        next_updated_at as valid_to,
        next_updated_at is null as is_current,
        loaded_at
    from numbered

)

select * from final
