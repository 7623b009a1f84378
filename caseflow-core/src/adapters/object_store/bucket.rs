//! A bucket of S3.

use std::fmt;
use std::time::Duration;

use object_store::RetryConfig;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use zeroize::Zeroizing;

use super::OpenError;
use super::http::Connector;

/// How often a request that failed is sent again, and until when: somebody waits.
const TRIES: usize = 4;
const PATIENCE: Duration = Duration::from_secs(60);

/// Which bucket, and how it is spoken to. Nothing is taken from the process's environment.
///
/// The key needs the rights to get, put, delete and list objects, and to abort multipart uploads.
#[derive(Debug, Clone)]
pub struct Bucket {
    /// Where the storage is; none is Amazon's own address for the region.
    pub endpoint: Option<Endpoint>,
    /// The region, such as `eu-central-1`. Others than Amazon often want `us-east-1` or `auto`.
    pub region: String,
    /// The bucket's name.
    pub name: String,
    /// Where in an address the bucket's name stands.
    pub addressing: Addressing,
    /// The key that requests are signed with.
    pub key: AccessKey,
}

/// Where in an address the bucket's name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressing {
    /// `https://storage.example/bucket`, which nearly everybody but Amazon wants.
    InPath,
    /// `https://bucket.storage.example`, which Amazon prefers.
    InHost,
}

/// The address of a storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    scheme: &'static str,
    authority: String,
}

/// The key that requests are signed with. Its secret half is never shown.
#[derive(Clone)]
pub struct AccessKey {
    id: String,
    secret: Zeroizing<String>,
}

impl Endpoint {
    /// Reads `https://storage.example` or `https://storage.example:9000`.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, OpenError> {
        Self::after(text, "https://")
    }

    /// Reads `http://…` too: what the bucket holds, and who reads what, can then be seen and changed
    /// by whoever is on the way. For a storage on this machine.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse_without_tls(text: &str) -> Result<Self, OpenError> {
        Self::after(text, "http://").or_else(|_| Self::parse(text))
    }

    fn after(text: &str, scheme: &'static str) -> Result<Self, OpenError> {
        let rest = text.strip_prefix(scheme).ok_or(OpenError::Endpoint)?;
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
        if authority.is_empty() || !authority.bytes().all(plain) {
            return Err(OpenError::Endpoint);
        }
        Ok(Self {
            scheme,
            authority: authority.to_owned(),
        })
    }

    fn is_encrypted(&self) -> bool {
        self.scheme == "https://"
    }

    /// With the bucket's name where the engine wants to be told it.
    fn of(&self, bucket: &Bucket) -> String {
        match bucket.addressing {
            Addressing::InPath => format!("{}{}", self.scheme, self.authority),
            Addressing::InHost => format!("{}{}.{}", self.scheme, bucket.name, self.authority),
        }
    }
}

impl AccessKey {
    /// A key of these two halves.
    ///
    /// # Errors
    /// When one of them is empty, or has characters that no header can have.
    pub fn new(id: &str, secret: &str) -> Result<Self, OpenError> {
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_graphic());
        if !plain(id) || !plain(secret) {
            return Err(OpenError::AccessKey);
        }
        Ok(Self {
            id: id.to_owned(),
            secret: Zeroizing::new(secret.to_owned()),
        })
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AccessKey").field(&self.id).finish()
    }
}

impl Bucket {
    pub(super) fn open(&self) -> Result<AmazonS3, OpenError> {
        let encrypted = self.endpoint.as_ref().is_none_or(Endpoint::is_encrypted);
        let retry = RetryConfig {
            max_retries: TRIES,
            retry_timeout: PATIENCE,
            ..RetryConfig::default()
        };
        let mut builder = AmazonS3Builder::new()
            .with_region(&self.region)
            .with_bucket_name(&self.name)
            .with_access_key_id(&self.key.id)
            .with_secret_access_key(self.key.secret.as_str())
            .with_virtual_hosted_style_request(self.addressing == Addressing::InHost)
            .with_disable_bulk_delete(true)
            .with_retry(retry)
            .with_http_connector(Connector::new(encrypted)?);
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint.of(self));
        }
        builder
            .build()
            .map_err(|error| OpenError::Bucket(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_buckets_name_stands_where_it_was_asked_for() {
        for (addressing, wanted) in [
            (Addressing::InPath, "https://storage.example:9000"),
            (Addressing::InHost, "https://files.storage.example:9000"),
        ] {
            let endpoint = Endpoint::parse("https://storage.example:9000/").unwrap();
            let bucket = Bucket {
                endpoint: Some(endpoint.clone()),
                region: "auto".into(),
                name: "files".into(),
                addressing,
                key: AccessKey::new("id", "secret").unwrap(),
            };
            assert_eq!(endpoint.of(&bucket), wanted);
        }
    }
}
