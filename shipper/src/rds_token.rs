//! RDS' IAM authentication: a token in place of a password.

use std::time::{Duration, SystemTime};

use anyhow::Context;
use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{
    SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign as sign_request,
};
use aws_sigv4::sign::v4;

use crate::login::{Login, Sensitive};

/// RDS accepts a token for this long (Amazon RDS User Guide, "IAM database authentication").
const TOKEN_LIFETIME: Duration = Duration::from_secs(900);

/// Signs a token as `aws rds generate-db-auth-token` does: a presigned URL without its scheme.
///
/// # Errors
/// There is no region, or there are no credentials.
pub(crate) async fn sign(aws: &aws_config::SdkConfig, login: &Login) -> anyhow::Result<Sensitive> {
    let region = aws.region().context("AWS_REGION is not set; a token is signed for one region")?;
    let provider = aws.credentials_provider().context("there are no AWS credentials to sign a token with")?;
    let credentials = provider.provide_credentials().await.context("cannot get AWS credentials")?;
    sign_at(login, region.as_ref(), credentials, SystemTime::now())
}

fn sign_at(
    login: &Login,
    region: &str,
    credentials: aws_credential_types::Credentials,
    time: SystemTime,
) -> anyhow::Result<Sensitive> {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(TOKEN_LIFETIME);
    let identity = credentials.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name("rds-db")
        .time(time)
        .settings(settings)
        .build()?
        .into();
    let user = encode_query(&login.user);
    let url = format!("https://{}:{}/?Action=connect&DBUser={user}", login.host, login.port);
    let request = SignableRequest::new("GET", &url, std::iter::empty(), SignableBody::Bytes(&[]))?;
    let (instructions, _) = sign_request(request, &parameters)?.into_parts();
    let signature: Vec<String> =
        instructions.params().iter().map(|(name, value)| format!("{name}={}", encode_query(value))).collect();
    Ok(Sensitive::new(format!("{}&{}", url.trim_start_matches("https://"), signature.join("&"))))
}

fn encode_query(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_names_host_user_lifetime_and_session_and_has_a_signature() {
        let login = Login {
            host: "db.example".to_owned(),
            port: 5432,
            database: "d".to_owned(),
            user: "ingest user".to_owned(),
            password: None,
        };
        let credentials =
            aws_credential_types::Credentials::new("AKID", "secret", Some("a/b+c".to_owned()), None, "test");
        let token = sign_at(&login, "eu-central-1", credentials, SystemTime::UNIX_EPOCH).unwrap();
        let token = token.reveal();
        assert!(token.starts_with("db.example:5432/?Action=connect&DBUser=ingest%20user&"), "{token}");
        for part in [
            "X-Amz-Expires=900",
            "X-Amz-Credential=AKID%2F19700101%2Feu-central-1%2Frds-db%2Faws4_request",
            "X-Amz-Security-Token=a%2Fb%2Bc",
            "X-Amz-Signature=",
        ] {
            assert!(token.contains(part), "{part} in {token}");
        }
        assert!(!token.contains("secret"));
    }
}
