-- Every customer in landing has exactly one current row in customers, in the same state.
with landed as (

    select * from {{ ref('stg_landing__customers') }}
    where {{ recently_loaded() }}

),

current_customers as (

    select * from {{ ref('customers') }}
    where is_current

),

settled as (

    select coalesce(max(loaded_at), now()) - interval '{{ var("late_commit_window") }}' as settled_at
    from {{ ref('customers_snapshot') }}

)

select
    landed.customer_id,
    count(current_customers.customer_id) as current_rows_count
from landed
left join current_customers on landed.customer_id = current_customers.customer_id
where landed.loaded_at <= (select settled.settled_at from settled)
group by landed.customer_id
having
    count(*) filter (
        where (landed.email, landed.customer_name, landed.country, landed.tags, landed.has_opted_in_to_marketing)
        is not distinct from (
            current_customers.email, current_customers.customer_name, current_customers.country,
            current_customers.tags, current_customers.has_opted_in_to_marketing
        )
    ) <> 1
