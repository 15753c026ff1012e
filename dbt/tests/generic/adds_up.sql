{# Rows whose whole is not the sum of its parts. #}
{% test adds_up(model, whole, parts) %}
select *
from {{ model }}
where {{ whole }} is distinct from {{ parts | join(' + ') }}
{% endtest %}
