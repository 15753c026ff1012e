{#
    A member of a JSON object as numeric(18, 4); null where it is absent, is no number or does not fit. A contract of type jsonb lets
    any document through, and one odd item must not stop the marts of all others.
#}
{% macro json_number(json, member) -%}
    (
        case
            when jsonb_typeof({{ json }} -> '{{ member }}') = 'number'
                then
                    case
                        when abs(({{ json }} ->> '{{ member }}')::numeric) < 1e13
                            then ({{ json }} ->> '{{ member }}')::numeric
                    end
        end
    )::numeric(18, 4)
{%- endmacro %}
