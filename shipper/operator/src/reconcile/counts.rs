//! How many objects stand how.

use serde_json::json;

use crate::comparison::Standing;

/// The counts.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) listed: u64,
    pub(super) left_out: u64,
    loaded: u64,
    missing: u64,
    changed: u64,
    unread: u64,
    not_loaded: u64,
    forgotten: u64,
    pub(super) refused: u64,
    /// Of those to load, what nobody can read before it is restored.
    pub(super) archived: u64,
    /// Where it was asked for.
    pub(super) gone: Option<u64>,
    /// Of those, what a dataset has removed by now.
    pub(super) removed: u64,
}

impl Counts {
    /// Counts it; the word for one that is not wholly loaded.
    pub(super) fn count<'a>(&mut self, standing: &'a Standing) -> Option<&'a str> {
        let (count, word) = match standing {
            Standing::Loaded => (&mut self.loaded, None),
            // There may be many, and nobody can say more of one than of another.
            Standing::Forgotten => (&mut self.forgotten, None),
            Standing::Missing => (&mut self.missing, Some("missing")),
            Standing::Changed => (&mut self.changed, Some("changed")),
            Standing::Unread => (&mut self.unread, Some("unread")),
            Standing::NotLoaded(status) => (&mut self.not_loaded, Some(status.as_str())),
        };
        *count += 1;
        word
    }

    /// A prefix below which nothing lies is mistyped, or what should be there is gone. What was loaded just now is found
    /// no more.
    pub(super) fn is_a_finding(&self, was_loaded: bool) -> bool {
        let loadable = if was_loaded { self.archived } else { self.missing + self.changed + self.unread };
        let gone = self.gone.unwrap_or_default().saturating_sub(self.removed);
        loadable + self.not_loaded + self.refused + gone > 0 || self.listed == 0
    }

    pub(super) fn sentence(&self, was_loaded: bool) -> String {
        let Self {
            listed, left_out, loaded, missing, changed, unread, not_loaded, forgotten, refused, ..
        } = self;
        let gone = self.gone.map_or_else(String::new, |gone| match self.removed {
            0 => format!(", {gone} gone from the bucket"),
            removed => format!(", {gone} gone from the bucket, and {removed} of them removed now"),
        });
        if *listed == 0 {
            return format!(
                "nothing lies below this prefix, so nothing was compared; look at its name{}",
                gone.replacen(", ", "; ", 1)
            );
        }
        let advice = match (missing + changed + unread, not_loaded) {
            (0, 0) => "",
            (0, _) => {
                "; what is not wholly loaded is in quarantine, too large to fetch, or was removed: pg-ingest redrive quarantine, ingest_dismiss(), or put it again"
            }
            _ if was_loaded => "",
            _ => "; --load loads what is missing, changed or unread",
        };
        format!(
            "{listed} objects listed, {left_out} left out by suffix or time: {loaded} loaded, {missing} missing, \
             {changed} changed since, {unread} unread, {not_loaded} known and not wholly loaded, {forgotten} older than what \
             the ledger remembers, {refused} with a key that cannot be loaded{gone}{advice}"
        )
    }

    pub(super) fn json(&self) -> serde_json::Value {
        let Self {
            listed,
            left_out,
            loaded,
            missing,
            changed,
            unread,
            not_loaded,
            forgotten,
            refused,
            archived,
            gone,
            removed,
        } = self;
        json!({
            "listed": listed, "left_out": left_out, "loaded": loaded, "missing": missing, "changed": changed,
            "unread": unread, "not_loaded": not_loaded, "forgotten": forgotten, "refused": refused,
            "archived": archived, "gone": gone, "removed": removed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_loaded_is_found_no_more_and_what_is_gone_is() {
        let mut counts = Counts { listed: 1, missing: 1, ..Counts::default() };
        assert!(counts.is_a_finding(false));
        assert!(!counts.is_a_finding(true));
        counts.gone = Some(1);
        assert!(counts.is_a_finding(true));
        assert!(counts.sentence(true).contains("1 gone from the bucket"));
        counts.removed = 1;
        assert!(!counts.is_a_finding(true));
        assert!(counts.sentence(true).contains("1 of them removed now"));
        assert!(Counts::default().is_a_finding(true));
    }
}
