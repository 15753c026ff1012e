-- Queue messages that were no notification, newest first. $1 how many.
SELECT m.rejected_message_id, m.message_id, m.received_at, left(m.body, 4000) AS body, length(m.body) AS length, m.error_code, m.error
FROM ingest.rejected_message AS m ORDER BY m.received_at DESC, m.rejected_message_id DESC LIMIT $1::int8
