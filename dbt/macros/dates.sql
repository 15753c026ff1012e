{# The day of a timestamptz in reporting_time_zone. #}
{% macro reporting_date(timestamp) -%}
    ({{ timestamp }} at time zone '{{ var("reporting_time_zone") }}')::date
{%- endmacro %}

{# Today in reporting_time_zone. A macro, so that unit tests can set the day. #}
{% macro today() -%}
    {{ reporting_date('now()') }}
{%- endmacro %}

{# dbt's own is a timestamp without time zone; every time stamp here has one. #}
{% macro postgres__snapshot_get_time() -%}
    now()
{%- endmacro %}
