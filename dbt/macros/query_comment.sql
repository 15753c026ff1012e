{# First line of every statement: who sent it, so that pg_stat_activity and the server's log lead back to the run. #}
{% macro query_comment(node) %}
    {%- set comment = {
        'app': 'dbt',
        'project': project_name,
        'target': target.name,
        'invocation_id': invocation_id,
    } -%}
    {%- if node -%}
        {%- do comment.update(node_id=node.unique_id) -%}
    {%- endif -%}
    {{ return(tojson(comment)) }}
{% endmacro %}
