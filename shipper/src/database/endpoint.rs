//! Endpoints through which nothing can be loaded, known by their names before anyone connects.

/// Why nothing can be loaded through this host, in a sentence with what to do.
pub(super) fn refusal(host: &str) -> Option<String> {
    // Amazon Aurora DSQL User Guide: `CLUSTER.dsql.REGION.on.aws`, and with a suffix behind `dsql` through a private link.
    let mut labels = host.trim_end_matches('.').split('.').skip(1);
    let is_dsql = labels.next().is_some_and(|label| label == "dsql" || label.starts_with("dsql-"));
    (is_dsql && host.trim_end_matches('.').ends_with(".on.aws")).then(|| {
        format!(
            "{host} is an endpoint of Aurora DSQL, which has no PL/pgSQL, no savepoints and no sequences; expected Aurora PostgreSQL, RDS for \
             PostgreSQL or another PostgreSQL from 15 on"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_endpoints_of_aurora_dsql_are_refused() {
        for host in
            ["abc.dsql.us-east-1.on.aws", "abc.dsql-fnh4.eu-west-1.on.aws", "abc.dsql.us-east-1.on.aws."]
        {
            assert!(refusal(host).unwrap().contains("Aurora DSQL"), "{host}");
        }
        for host in [
            "db.abc.us-east-1.rds.amazonaws.com",
            "dsql.internal",
            "db.dsql.internal",
            "127.0.0.1",
            "/var/run",
        ] {
            assert_eq!(refusal(host), None, "{host}");
        }
    }
}
