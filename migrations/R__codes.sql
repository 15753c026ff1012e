-- pg_ingest 0.2.0
-- The codes: what each means, what to do about it, and where its rejects stand among a record's.

CREATE FUNCTION ingest.codes(OUT class text, OUT code text, OUT variant text, OUT place integer, OUT happened text, OUT remedy text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  VALUES
    ('reject', 'ambiguous_member', NULL, 0, 'Several members of the record have the column''s name by `match_names`.', 'Mend the producer, or give the column a path, then replay.'),
    ('reject', 'check_violation', NULL, 0, 'A CHECK of a domain is false for the value.', 'Mend the producer, or the constraint, then replay.'),
    ('reject', 'check_violation', 'table', 1, 'A CHECK of the table is false for the record.', 'Mend the producer, or the constraint, then replay.'),
    ('reject', 'duplicate_in_file', NULL, 0, 'An append has the same key twice in one file.', 'Mend the producer. The first record of the key is loaded.'),
    ('reject', 'invalid_json', NULL, 0, 'The file, or its line with `document_format => ''lines''`, does not follow the JSON grammar or is cut off. The message has the byte offset.', 'Have the file written anew.'),
    ('reject', 'invalid_utf8', NULL, 0, 'The file is not UTF-8. The message has the byte offset.', 'Have the file written in UTF-8.'),
    ('reject', 'missing_required', NULL, 0, 'A column that needs a value has none, or the version is null.', 'Mend the mapping, or give the column a default, then replay.'),
    ('reject', 'no_dataset', NULL, 0, 'No enabled dataset has the key''s prefix, or its target is gone. The file is kept whole.', 'Register or enable the dataset, then replay.'),
    ('reject', 'not_a_record', NULL, 0, 'The record is no object.', 'Set `records_path` where the records stand in an envelope.'),
    ('reject', 'object_missing', NULL, 0, 'The object was gone when it was fetched.', 'Put it again.'),
    ('reject', 'out_of_range', NULL, 0, 'A number or date lies outside of what the column''s type holds.', 'Widen the type, then replay.'),
    ('reject', 'sqlstate_XXXXX', NULL, 0, 'PostgreSQL refused the record with this SQLSTATE: a foreign key, a unique index, a trigger, a missing partition.', 'See the message, mend the cause, then replay.'),
    ('reject', 'too_deep', NULL, 0, 'The record is nested deeper than 512 levels.', 'Mend the producer.'),
    ('reject', 'too_large', NULL, 0, 'The file is larger than `max_body_bytes`, or than the shipper fetches (`MAX_OBJECT_BYTES`).', 'Raise the limit, or split the file.'),
    ('reject', 'too_long', NULL, 0, 'Text is longer than the column''s type allows. It is never cut.', 'Widen the type, then replay.'),
    ('reject', 'type_mismatch', NULL, 0, 'The value is none of the column''s type.', 'Mend the producer or the type, then replay.'),
    ('reject', 'unknown_member', NULL, 2, 'A member has no column, and the dataset says `on_unknown => ''reject''`.', 'Add a column or a mapping, then replay.'),
    ('reject', 'unsupported_unicode', NULL, 0, 'The record holds `\u0000` or a lone surrogate, which PostgreSQL cannot store.', 'Mend the producer.'),
    ('message', 'bucket_not_allowed', NULL, NULL, 'The bucket is not in `ALLOWED_BUCKETS`.', NULL),
    ('message', 'malformed_record', NULL, NULL, 'A record of the notification names no object that can exist.', NULL),
    ('message', 'not_json', NULL, NULL, 'The body, or the message inside of SNS'' envelope, is no JSON document.', NULL),
    ('message', 'object_archived', NULL, NULL, 'The object lies in an archive and cannot be read until it is restored.', NULL),
    ('message', 'unknown_envelope', NULL, NULL, 'Neither an S3 notification, nor one inside of SNS, nor an EventBridge event of `aws.s3`.', NULL),
    ('status', 'loaded', NULL, NULL, 'Every record is a row of the target, deleted one, lost to a newer one, or was left out by `record_filter`.', NULL),
    ('status', 'partially_loaded', NULL, NULL, 'Some records are in quarantine, the others are loaded.', NULL),
    ('status', 'load_failed', NULL, NULL, 'No record is loaded.', NULL),
    ('status', 'skipped_stale', NULL, NULL, 'A newer version of the object was there already.', NULL),
    ('status', 'object_missing', NULL, NULL, 'The object was gone when it was fetched.', NULL),
    ('status', 'no_dataset', NULL, NULL, 'No dataset takes the key.', NULL),
    ('status', 'removed', NULL, NULL, 'No file: the object was removed, and the rows that it brought are deleted (`on_removed`).', NULL)
$$;
COMMENT ON FUNCTION ingest.codes()
  IS 'Every code of rejects and messages and every status of a file: what happened, what to do. A fault on its way says its variant behind its code. By place a record''s rejects are ordered: columns as the table has them, then its constraints, then unknown members.';
