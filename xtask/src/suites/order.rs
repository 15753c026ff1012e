//! Pure: which suite starts next, so that those that use one core run beside each other.

/// What a suite takes of the machine while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weight {
    /// Cores that it keeps busy; [`u64::MAX`] for all there are.
    pub(super) cores: u64,
    /// Memory, in gigabytes (10⁹ bytes).
    pub(super) gigabytes: u64,
}

impl Weight {
    /// A suite that mostly waits, or does one thing after the other.
    pub(super) const ONE: Self = Self { cores: 1, gigabytes: 1 };
    /// A suite that uses whatever there is.
    pub(super) const ALL: Self = Self { cores: u64::MAX, gigabytes: 2 };
    /// A suite that measures, which nothing may disturb.
    pub(super) const ALONE: Self = Self { cores: u64::MAX, gigabytes: u64::MAX };
}

/// The place among `waiting` of the one to start now, or nothing while all must wait for those that run.
///
/// The first that fits, so that what fails often runs early and no core idles. One that is heavier than the whole machine
/// fits when nothing runs.
pub(super) fn next(waiting: &[Weight], running: &[Weight], machine: Weight) -> Option<usize> {
    let taken = |of: fn(&Weight) -> u64, all: u64| -> u64 {
        running.iter().map(|weight| of(weight).min(all)).fold(0, u64::saturating_add)
    };
    let free = Weight {
        cores: machine.cores.saturating_sub(taken(|weight| weight.cores, machine.cores)),
        gigabytes: machine.gigabytes.saturating_sub(taken(|weight| weight.gigabytes, machine.gigabytes)),
    };
    waiting.iter().position(|weight| {
        running.is_empty()
            || (weight.cores.min(machine.cores) <= free.cores
                && weight.gigabytes.min(machine.gigabytes) <= free.gigabytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MACHINE: Weight = Weight { cores: 2, gigabytes: 8 };
    const HEAVY: Weight = Weight { cores: 1, gigabytes: 6 };

    #[test]
    fn two_that_use_one_core_run_beside_each_other() {
        assert_eq!(next(&[Weight::ONE, Weight::ONE], &[], MACHINE), Some(0));
        assert_eq!(next(&[Weight::ONE], &[Weight::ONE], MACHINE), Some(0));
        assert_eq!(next(&[Weight::ONE], &[Weight::ONE, Weight::ONE], MACHINE), None);
    }

    #[test]
    fn one_that_uses_all_cores_waits_and_a_later_one_fills_the_gap() {
        assert_eq!(next(&[Weight::ALL], &[Weight::ONE], MACHINE), None);
        assert_eq!(next(&[Weight::ALL, Weight::ONE], &[Weight::ONE], MACHINE), Some(1));
        assert_eq!(next(&[Weight::ONE], &[Weight::ALL], MACHINE), None);
    }

    #[test]
    fn one_that_measures_runs_alone() {
        assert_eq!(next(&[Weight::ALONE], &[Weight::ONE], MACHINE), None);
        assert_eq!(next(&[Weight::ALONE], &[], MACHINE), Some(0));
        assert_eq!(next(&[Weight::ONE, Weight::ALL], &[Weight::ALONE], MACHINE), None);
    }

    #[test]
    fn memory_counts_too() {
        assert_eq!(next(&[HEAVY], &[HEAVY], MACHINE), None);
        assert_eq!(next(&[HEAVY], &[Weight::ONE], MACHINE), Some(0));
    }

    #[test]
    fn a_machine_of_one_core_runs_everything_in_order() {
        let small = Weight { cores: 1, gigabytes: 1 };
        assert_eq!(next(&[Weight::ALL, Weight::ONE], &[], small), Some(0));
        assert_eq!(next(&[HEAVY], &[Weight::ONE], small), None);
    }
}
