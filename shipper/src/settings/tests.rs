//! What the environment may say, and what is answered.

use super::*;

fn read(environment: &[(&str, &str)]) -> Result<Settings, SettingFaults> {
    Settings::from_lookup(|name| {
        let found = environment.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

fn faults(environment: &[(&str, &str)]) -> Vec<String> {
    read(environment).err().map(|faults| faults.0).unwrap_or_default()
}

#[test]
fn a_secret_is_all_that_must_be_set_and_the_defaults_are_those_of_the_table() {
    let settings = read(&[("DATABASE_SECRET_ARN", "arn")]).unwrap();
    assert!(matches!(&settings.database.source, DatabaseSource::Secret(secret) if secret == "arn"));
    assert_eq!(settings.database.ssl_mode, SslMode::VerifyFull);
    assert_eq!(settings.deadline_reserve, Duration::from_secs(10));
    assert_eq!(settings.objects.max_object_bytes, 64 * 1024 * 1024);
    assert_eq!(settings.objects.path_style, None);
    assert_eq!(settings.metrics_namespace.as_deref(), Some("pg_ingest"));
    assert_eq!(settings.log_level, "info");
}

#[test]
fn every_default_of_the_table_is_a_value_that_its_setting_accepts() {
    for setting in SETTINGS.iter().filter(|setting| !setting.default.is_empty()) {
        let environment = [("DATABASE_SECRET_ARN", "arn"), (setting.name, setting.default)];
        assert_eq!(faults(&environment), Vec::<String>::new(), "{}", setting.name);
    }
}

#[test]
fn nothing_set_says_what_is_missing() {
    assert_eq!(faults(&[]).len(), 1);
    assert!(faults(&[])[0].starts_with("DATABASE_SECRET_ARN is not set"));
}

#[test]
fn all_faults_are_named_together() {
    let found = faults(&[
        ("DATABASE_SECRET_ARN", "arn"),
        ("DATABASE_URL", "postgresql://u@h/d"),
        ("DATABASE_PORT", "70000"),
        ("MAX_OBJECT_BYTES", "0"),
        ("STREAM_ABOVE_BYTES", "100000000"),
        ("LOG_LEVEL", "loud"),
        ("AFTER_LOAD", "delete"),
        ("EXPECTED_BUCKET_OWNER", "123"),
    ]);
    for name in [
        "DATABASE_URL",
        "DATABASE_PORT",
        "MAX_OBJECT_BYTES",
        "STREAM_ABOVE_BYTES",
        "LOG_LEVEL",
        "AFTER_LOAD",
        "EXPECTED_BUCKET_OWNER",
    ] {
        assert!(found.iter().any(|fault| fault.starts_with(name)), "{name} in {found:?}");
    }
    assert_eq!(found.len(), 7);
}

#[test]
fn a_url_brings_its_own_tls_and_a_variable_wins_over_it() {
    let url = "postgresql://u@h/d?sslmode=disable&sslrootcert=/ca.pem";
    let settings = read(&[("DATABASE_URL", url)]).unwrap();
    assert_eq!(settings.database.ssl_mode, SslMode::Disable);
    assert_eq!(settings.database.ca_bundle, Some(PathBuf::from("/ca.pem")));
    let settings = read(&[("DATABASE_URL", url), ("DATABASE_SSLMODE", "verify-ca")]).unwrap();
    assert_eq!(settings.database.ssl_mode, SslMode::VerifyCa);
}

#[test]
fn a_signed_token_is_never_sent_in_plaintext_and_needs_to_know_where_to() {
    let iam = [("DATABASE_AUTH", "iam"), ("DATABASE_SSLMODE", "prefer")];
    let found = faults(&iam).join("\n");
    for name in ["DATABASE_HOST", "DATABASE_NAME", "DATABASE_USER", "DATABASE_SSLMODE"] {
        assert!(found.contains(name), "{name} in {found}");
    }
}

#[test]
fn an_empty_namespace_turns_metrics_off_and_buckets_are_a_list() {
    let settings =
        read(&[("DATABASE_SECRET_ARN", "a"), ("METRICS_NAMESPACE", ""), ("ALLOWED_BUCKETS", "one, two,")])
            .unwrap();
    assert_eq!(settings.metrics_namespace, None);
    assert_eq!(settings.objects.allowed_buckets, ["one", "two"]);
}
