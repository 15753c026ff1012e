//! What S3 tells of objects that are no more.

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// The object: its bucket keeps no versions, or a delete marker hides them all.
    Object,
    /// One version for good, by its id. The object may still have others, newer ones too.
    Version,
}

impl Removal {
    /// By the name of an event of S3, such as `ObjectRemoved:Delete`; `None` where it removes nothing.
    pub(super) fn of_event(name: &str, names_version: bool) -> Option<Self> {
        let name = name.strip_prefix("s3:").unwrap_or(name);
        let kind =
            name.strip_prefix("ObjectRemoved:").or_else(|| name.strip_prefix("LifecycleExpiration:"))?;
        Self::of_kind(kind == "DeleteMarkerCreated", kind == "Delete", names_version)
    }

    /// By what EventBridge says of an `Object Deleted`.
    pub(super) fn of_deletion_type(told: &str, names_version: bool) -> Option<Self> {
        Self::of_kind(told == "Delete Marker Created", told == "Permanently Deleted", names_version)
    }

    /// A bucket that keeps versions names the one that was deleted for good; in any other the object had but one.
    fn of_kind(is_marker: bool, is_for_good: bool, names_version: bool) -> Option<Self> {
        match (is_marker, is_for_good) {
            (true, _) => Some(Self::Object),
            (_, true) if names_version => Some(Self::Version),
            (_, true) => Some(Self::Object),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_says_whether_the_object_went_or_one_version_of_it() {
        for (name, names_version, removal) in [
            ("ObjectRemoved:Delete", false, Some(Removal::Object)),
            ("ObjectRemoved:Delete", true, Some(Removal::Version)),
            ("ObjectRemoved:DeleteMarkerCreated", true, Some(Removal::Object)),
            ("LifecycleExpiration:Delete", false, Some(Removal::Object)),
            ("LifecycleExpiration:Delete", true, Some(Removal::Version)),
            ("s3:LifecycleExpiration:DeleteMarkerCreated", true, Some(Removal::Object)),
            ("ObjectRemoved:NoOP", true, None),
            ("ObjectRestore:Delete", true, None),
            ("ObjectTagging:Delete", false, None),
        ] {
            assert_eq!(Removal::of_event(name, names_version), removal, "{name}");
        }
    }

    #[test]
    fn event_bridge_says_it_in_words() {
        assert_eq!(Removal::of_deletion_type("Delete Marker Created", true), Some(Removal::Object));
        assert_eq!(Removal::of_deletion_type("Permanently Deleted", true), Some(Removal::Version));
        assert_eq!(Removal::of_deletion_type("Permanently Deleted", false), Some(Removal::Object));
        assert_eq!(Removal::of_deletion_type("Archived", false), None);
    }
}
