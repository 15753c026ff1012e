//! Settings that are in force for a while: those under which dates, times and intervals are read (docs/semantics.md 2.14), and how
//! the pipeline's own queries are planned.

use std::ffi::CStr;

use pgrx::pg_sys;

/// The settings in force; dropped, the session has its own again.
pub(crate) struct SessionSettings {
    nest_level: Option<i32>,
}

const WANTED: [(&CStr, &CStr); 3] =
    [(c"datestyle", c"ISO, MDY"), (c"intervalstyle", c"postgres"), (c"timezone", c"UTC")];

impl SessionSettings {
    /// Puts the settings in force by which values are read, unless they are so already.
    pub(crate) fn enter() -> SessionSettings {
        if are_in_force() {
            return SessionSettings { nest_level: None };
        }
        SessionSettings::put(&WANTED)
    }

    /// Has queries planned without a scan of a whole table where there is another way. Code of a target must not run meanwhile: it
    /// has plans of its own.
    pub(crate) fn without_scans() -> SessionSettings {
        SessionSettings::put(&[(c"enable_seqscan", c"off")])
    }

    fn put(wanted: &[(&CStr, &CStr)]) -> SessionSettings {
        // SAFETY: names and values are constant C strings; the level is left in `drop`.
        let nest_level = unsafe { pg_sys::NewGUCNestLevel() };
        for (name, value) in wanted {
            // SAFETY: as above; the settings may be changed by any user.
            unsafe {
                pg_sys::set_config_option(
                    name.as_ptr(),
                    value.as_ptr(),
                    pg_sys::GucContext::PGC_USERSET,
                    pg_sys::GucSource::PGC_S_SESSION,
                    pg_sys::GucAction::GUC_ACTION_SAVE,
                    true,
                    0,
                    false,
                );
            }
        }
        SessionSettings { nest_level: Some(nest_level) }
    }
}

impl Drop for SessionSettings {
    fn drop(&mut self) {
        if let Some(nest_level) = self.nest_level {
            // SAFETY: the level was entered in `put`, and every subtransaction begun since has ended.
            unsafe { pg_sys::AtEOXact_GUC(true, nest_level) };
        }
    }
}

fn are_in_force() -> bool {
    // SAFETY: globals of the backend, which has one thread; the time zone is set from the session's start on and its
    // name is a C string that lives as long as it.
    unsafe {
        i64::from(pg_sys::DateStyle) == i64::from(pg_sys::USE_ISO_DATES)
            && i64::from(pg_sys::DateOrder) == i64::from(pg_sys::DATEORDER_MDY)
            && i64::from(pg_sys::IntervalStyle) == i64::from(pg_sys::INTSTYLE_POSTGRES)
            && CStr::from_ptr(pg_sys::pg_get_timezone_name(pg_sys::session_timezone)) == c"UTC"
    }
}
