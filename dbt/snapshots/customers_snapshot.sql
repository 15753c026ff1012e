{#
    A version for every state of a customer that a daily run has seen. Only what was loaded since the last run is looked at:
    landing never loses a customer, so an absent row means "unchanged", not "deleted".
#}
{% snapshot customers_snapshot %}

{{
    config(
        unique_key='customer_id',
        strategy='check',
        updated_at='loaded_at',
        indexes=[
            {'columns': ['loaded_at']},
            {'columns': ['customer_id']},
        ],
        check_cols=['email', 'customer_name', 'country', 'tags', 'has_opted_in_to_marketing', 'signed_up_at']
    )
}}

select * from {{ ref('stg_landing__customers') }}
{% if load_relation(this) is not none %}
where loaded_at > {{ loaded_since() }}
{% endif %}

{% endsnapshot %}
