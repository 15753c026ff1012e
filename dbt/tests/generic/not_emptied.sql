{#
    A source table without rows, although the ledger says that rows were loaded into it. Before the first row it is empty by
    right, and so are the marts.
#}
{% test not_emptied(model) %}
select
    files.dataset,
    max(files.loaded_at) as last_loaded_at
from {{ source('ingest', 'dataset_file') }} as files
inner join {{ source('ingest', 'dataset') }} as datasets on files.dataset = datasets.name
where
    datasets.target = '{{ model }}'::regclass
    and files.rows_loaded > 0
    and not exists (select from {{ model }})
group by files.dataset
{% endtest %}
