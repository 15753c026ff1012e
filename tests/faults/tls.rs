//! Servers that are not who they should be are refused; nothing is sent to them.

use local_stack::postgres::Cluster;

use super::file;
use super::stand::{Settings, Stand, database};

/// A stand whose proxy stands for the server: what TLS sees is the server's own certificate.
async fn stand(mode: &str, bundle: &std::path::Path, cluster: Option<Cluster>) -> Stand {
    let settings =
        Settings::usual().with("DATABASE_SSLMODE", mode).with("DATABASE_CA_BUNDLE", bundle.display());
    match cluster {
        Some(cluster) => settings.own_cluster(cluster).start().await,
        None => settings.start().await,
    }
}

async fn is_refused(stand: &Stand) -> String {
    let message = stand.put("input/1.json", file(1, 10));
    assert_eq!(stand.deliver(&[message.clone()]).await, [message.id], "{}", stand.log());
    stand.log()
}

async fn is_loaded(stand: &Stand) {
    let message = stand.put("input/1.json", file(1, 10));
    assert_eq!(stand.deliver(&[message]).await, Vec::<String>::new(), "{}", stand.log());
}

#[tokio::test]
async fn a_known_authority_and_the_right_name_are_accepted() {
    let cluster = database::shared_cluster().await;
    is_loaded(&stand("verify-full", &cluster.authority(), None).await).await;
}

#[tokio::test]
async fn a_wrong_host_name_is_refused_by_verify_full_and_accepted_by_verify_ca() {
    let cluster = database::shared_cluster().await;
    for (mode, accepted) in [("verify-full", false), ("verify-ca", true)] {
        let stand = stand(mode, &cluster.authority(), None).await;
        // The certificate names 127.0.0.1 and localhost; this address leads to the same machine.
        let secret =
            database::secret(&stand.role, super::stand::PASSWORD_CANARY, stand.proxy.port, &stand.database);
        stand.s3.set_secret(&secret.replace("127.0.0.1", "0.0.0.0"));
        if accepted {
            is_loaded(&stand).await;
        } else {
            assert!(is_refused(&stand).await.contains("not valid for"), "{}", stand.log());
        }
    }
}

#[tokio::test]
async fn an_unknown_authority_is_refused_unless_nothing_is_to_be_verified() {
    let other = database::own_cluster().await;
    for mode in ["verify-full", "verify-ca", "require"] {
        let stand = stand(mode, &other.authority(), None).await;
        assert!(is_refused(&stand).await.contains("certificate"), "{mode}: {}", stand.log());
    }
    is_loaded(&stand("prefer", &other.authority(), None).await).await;
}

#[tokio::test]
async fn a_plaintext_server_is_refused_before_a_login_is_sent() {
    for mode in ["verify-full", "verify-ca", "require"] {
        let plaintext = Cluster::start(local_stack::postgres::Options {
            passing: true,
            settings: vec![("ssl".to_owned(), "off".to_owned())],
            ..Default::default()
        })
        .await
        .unwrap();
        let bundle = plaintext.authority();
        let stand = stand(mode, &bundle, Some(plaintext)).await;
        assert!(is_refused(&stand).await.contains("does not support TLS"), "{mode}: {}", stand.log());
    }
}
