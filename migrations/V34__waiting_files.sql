-- Which files a dataset whose target is at fault has waiting: it is at fault no longer once none does. docs/semantics.md, section 5.

LOCK TABLE ingest.staging, ingest.dataset IN ACCESS EXCLUSIVE MODE;

ALTER TABLE ingest.dataset_fault ADD COLUMN waiting text[];
COMMENT ON COLUMN ingest.dataset_fault.waiting
  IS 'Digests of the deferred files that have not come to an end since, 1,000 at most; null where there were more, or were some before this was kept.';
COMMENT ON TABLE ingest.dataset_fault
  IS 'Datasets whose target refuses all that is brought to it, from the first such batch to the next that loads, or to the end of all files that were deferred. Their files are deferred.';
