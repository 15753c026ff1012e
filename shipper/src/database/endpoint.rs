//! Endpoints through which nothing can be loaded, known by their names before anyone connects.

/// Why nothing can be loaded through this host, in a sentence with what to do.
pub(super) fn refusal(host: &str) -> Option<String> {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    // The first is anybody's to choose.
    let labels: Vec<&str> = name.split('.').skip(1).collect();
    if is_dsql(&name, &labels) {
        Some(format!(
            "{host} is an endpoint of Aurora DSQL, which has no PL/pgSQL, no savepoints and no sequences; expected Aurora PostgreSQL, RDS for \
             PostgreSQL or another PostgreSQL from 15 on"
        ))
    } else if is_rds_proxy(&name, &labels) {
        Some(format!(
            "{host} is an endpoint of RDS Proxy, whose certificate RDS' authorities do not sign and which would pool nothing, since the settings \
             of each transaction pin its connection; expected the endpoint of the cluster or instance itself"
        ))
    } else {
        None
    }
}

/// Amazon Aurora DSQL User Guide: `CLUSTER.dsql.REGION.on.aws`, and with a suffix behind `dsql` through a private link.
fn is_dsql(name: &str, labels: &[&str]) -> bool {
    labels.first().is_some_and(|label| *label == "dsql" || label.starts_with("dsql-"))
        && name.ends_with(".on.aws")
}

/// Amazon RDS User Guide, "RDS Proxy": `PROXY.proxy-ID.REGION.rds.amazonaws.com`, and further endpoints of a proxy as
/// `NAME.endpoint.proxy-ID.…`.
fn is_rds_proxy(name: &str, labels: &[&str]) -> bool {
    labels.iter().any(|label| label.starts_with("proxy-"))
        && labels.contains(&"rds")
        && (name.ends_with(".amazonaws.com") || name.ends_with(".amazonaws.com.cn"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVING: [&str; 8] = [
        "db.abc.us-east-1.rds.amazonaws.com",
        "proxy-db.cluster-abc.us-east-1.rds.amazonaws.com",
        "dsql.internal",
        "db.dsql.internal",
        "pg.proxy-1.internal",
        "pgbouncer.proxy-farm.example.com",
        "127.0.0.1",
        "/var/run",
    ];

    #[test]
    fn endpoints_of_aurora_dsql_are_refused() {
        for host in
            ["abc.dsql.us-east-1.on.aws", "abc.dsql-fnh4.eu-west-1.on.aws", "abc.dsql.us-east-1.on.aws."]
        {
            assert!(refusal(host).unwrap().contains("Aurora DSQL"), "{host}");
        }
    }

    #[test]
    fn endpoints_of_rds_proxy_are_refused_with_the_reason_and_what_to_give_instead() {
        for host in [
            "shop.proxy-abc123.eu-central-1.rds.amazonaws.com",
            "Shop.Proxy-abc123.eu-central-1.rds.amazonaws.com.",
            "reader.endpoint.proxy-abc123.eu-central-1.rds.amazonaws.com",
            "shop.proxy-abc123.rds.cn-north-1.amazonaws.com.cn",
        ] {
            let said = refusal(host).unwrap();
            for part in [host, "RDS Proxy", "pin its connection", "expected the endpoint of the cluster"] {
                assert!(said.contains(part), "{host}: {said}");
            }
        }
    }

    #[test]
    fn every_other_host_is_tried() {
        for host in SERVING {
            assert_eq!(refusal(host), None, "{host}");
        }
    }
}
