-- pg_ingest 0.2.0
-- Rejected records and messages, kept whole.

-- Planned once, for any number of faults: joined by hashing, or many faults of many files would be compared each with each.
CREATE FUNCTION ingest.write_quarantine(files ingest.claimed_file[], faults ingest.fault[], outcomes ingest.file_outcome[], contract jsonb,
  shared integer[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, ingest, pg_temp SET enable_nestloop = off SET enable_mergejoin = off
SET enable_seqscan = off AS $$
DECLARE
  -- Looked up once: the contract is unpacked wherever it is named, and the catalogue would be asked for each fault.
  placed boolean := contract -> 'places' <> '[]';
  numbers jsonb := (SELECT jsonb_object_agg(d.name, (SELECT jsonb_object_agg(a.attname, a.attnum) FROM pg_attribute AS a WHERE a.attrelid = d.target AND a.attnum > 0))
    FROM ingest.dataset AS d WHERE d.name = ANY (ARRAY(SELECT f.dataset FROM unnest(files) AS f)));
BEGIN
  INSERT INTO ingest.rejected_record (file_id, record_no, record, column_name, error_code, error, place, dataset)
  WITH raws AS (
    SELECT w.file_no, r.record_no, r.raw, ingest.whole_place(ingest.place_of(r.said), contract) AS place
    FROM (SELECT x.file_no, array_agg(DISTINCT x.record_no) AS record_nos FROM unnest(faults) AS x WHERE x.record_no > 0 AND (x.record IS NULL OR placed)
      GROUP BY x.file_no) AS w
    JOIN unnest(files) AS f ON f.file_no = w.file_no AND f.record_no IS NULL
    CROSS JOIN LATERAL ingest.raw_records((SELECT ingest.staged_body(s.body, s.held) FROM ingest.staging AS s WHERE s.ctid = f.staged), contract, w.record_nos, f.context) AS r
  ), rejected AS (
    SELECT f.file_no, f.file_id, x.record_no, coalesce(x.record, CASE WHEN x.record_no = 0 OR f.record_no IS NOT NULL
        THEN (SELECT ingest.staged_body(s.body, s.held) FROM ingest.staging AS s WHERE s.ctid = f.staged) END, r.raw, '') AS record,
      x.column_name, split_part(x.error_code, ' ', 1) AS error_code, x.error, false AS whole, coalesce(k.place, 0) AS place,
      CASE WHEN coalesce(k.place, 0) = 0 THEN (numbers #>> ARRAY[f.dataset, x.column_name])::smallint END AS attnum, x.ordinality,
      CASE WHEN f.record_no IS NOT NULL THEN f.context WHEN placed THEN r.place END AS record_place, f.dataset
    FROM unnest(faults) WITH ORDINALITY AS x JOIN unnest(files) AS f ON f.file_no = x.file_no
    LEFT JOIN raws AS r ON r.file_no = x.file_no AND r.record_no = x.record_no
    LEFT JOIN ingest.codes() AS k ON k.class = 'reject' AND concat_ws(' ', k.code, k.variant) = x.error_code
    UNION ALL
    -- A file that was skipped whole is kept whole.
    SELECT f.file_no, f.file_id, 0, (SELECT ingest.staged_body(s.body, s.held) FROM ingest.staging AS s WHERE s.ctid = f.staged), NULL, o.error_code, o.error, true,
      NULL, NULL, NULL, NULL, f.dataset
    FROM unnest(outcomes) AS o JOIN unnest(files) AS f ON f.file_no = o.file_no
    WHERE o.status = 'load_failed' AND o.error_code IS NOT NULL AND f.record_no IS NULL
      AND f.file_no IN (SELECT x.file_no FROM unnest(faults) AS x GROUP BY x.file_no HAVING min(x.record_no) > 0)
  )
  SELECT r.file_id, r.record_no, r.record, r.column_name, r.error_code, r.error, r.record_place, CASE WHEN r.file_no = ANY (shared) THEN r.dataset END FROM rejected AS r
  ORDER BY r.file_no, r.whole, r.record_no, r.place, r.attnum, r.ordinality;
END
$$;
COMMENT ON FUNCTION ingest.write_quarantine(ingest.claimed_file[], ingest.fault[], ingest.file_outcome[], jsonb, integer[])
  IS 'Every fault with the bytes of its record, and its place where columns read it; files that failed or were skipped as a whole with all their bytes. shared: files of which other datasets have rejects too.';

CREATE FUNCTION ingest.whole_place(place jsonb, contract jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT place || coalesce((SELECT jsonb_build_object('absent', jsonb_agg(w.value -> 'source' ORDER BY w.value -> 'source'))
    FROM jsonb_array_elements(contract -> 'places') AS w WHERE NOT place ? (w.value ->> 'source') HAVING count(*) > 0), '{}')
$$;
COMMENT ON FUNCTION ingest.whole_place(jsonb, jsonb)
  IS 'The place of a record with the sources that found nothing there: what is in neither was not read when the record was rejected.';

CREATE FUNCTION public.ingest_reject_message(message_id text, body text, error_code text, error text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, ingest, pg_temp AS $$
  INSERT INTO ingest.rejected_message (message_id, body, error_code, error) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
$$;
COMMENT ON FUNCTION public.ingest_reject_message(text, text, text, text)
  IS 'Keeps a queue message that is no S3 notification. A redelivery is kept once.
message_id: SQS message id.
body: Body of the message.
error_code: Why it is none of the known envelopes.
error: The same in words.';
