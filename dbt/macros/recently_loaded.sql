{# The rows that tests look at: those loaded in the last tested_days days. #}
{% macro recently_loaded(column='loaded_at') -%}
    {{ column }} >= now() - interval '{{ var("tested_days") }} days'
{%- endmacro %}

{# dbt's own, which reads a test's `where`, with one word more: __recently_loaded__. YAML cannot call a macro. #}
{% macro get_where_subquery(relation) -%}
    {%- set where = (config.get('where') or '') | replace('__recently_loaded__', recently_loaded()) -%}
    {%- if where -%}
        {{ return("(select * from " ~ relation ~ " where " ~ where ~ ") as tested") }}
    {%- endif -%}
    {{ return(relation) }}
{%- endmacro %}
