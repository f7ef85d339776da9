//! Connections: the URL, TLS, the pool.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::PostgresUrl;
use crate::error::{Code, Error, Result};

/// Environment variable with the password, as PostgreSQL's own programs name it.
const PASSWORD: &str = "PGPASSWORD";
/// Longest wait for a server that does not answer.
const CONNECT: Duration = Duration::from_secs(10);

/// Settings of a connection: those of the URL, the password of the environment, TLS unless the server is near.
fn config(url: &PostgresUrl) -> Result<Config> {
    let wrong = |e| Error::new(Code::Location, "not the URL of a PostgreSQL database").file(url).cause(e);
    let mut config: Config = url.url().as_str().parse().map_err(wrong)?;
    if config.get_user().is_none() {
        config.user(std::env::var("PGUSER").or_else(|_| std::env::var("USER")).unwrap_or_default());
    }
    if let Ok(password) = std::env::var(PASSWORD) {
        config.password(password);
    }
    let is_near = |host: &Host| match host {
        Host::Tcp(name) => matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1" | "[::1]"),
        #[cfg(unix)]
        Host::Unix(_) => true,
    };
    let states_mode = url.url().query_pairs().any(|(key, _)| key == "sslmode");
    if !states_mode && !config.get_hosts().iter().all(is_near) {
        config.ssl_mode(SslMode::Require);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_application_name().is_none() {
        config.application_name("uff");
    }
    Ok(config)
}

/// Makes a pool of connections, none of which is open yet.
///
/// # Errors
/// `archive.location`, `archive.internal`.
pub(super) fn pool(url: &PostgresUrl, connections: usize, wait: Duration) -> Result<Pool> {
    let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = Manager::from_config(config(url)?, MakeRustlsConnect::new(tls()?), manager);
    let pool = Pool::builder(manager).max_size(connections).runtime(Runtime::Tokio1);
    let pool = pool.wait_timeout(Some(wait)).create_timeout(Some(wait)).recycle_timeout(Some(wait));
    pool.build().map_err(|e| Error::new(Code::Internal, "no pool of connections").cause(e))
}

/// Trusts what the machine trusts (`SSL_CERT_FILE` and `SSL_CERT_DIR` name others).
fn tls() -> Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions();
    let config = config.map_err(|e| Error::new(Code::Internal, "no TLS").cause(e))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_machine_is_spoken_to_in_secret_unless_the_url_says_otherwise() {
        let mode = |text: &str| text.parse::<PostgresUrl>().and_then(|url| config(&url)).expect("a URL").get_ssl_mode();
        assert_eq!(mode("postgres://u@db.example/d"), SslMode::Require);
        assert_eq!(mode("postgres://u@127.0.0.1:5432/d"), SslMode::Prefer);
        assert_eq!(mode("postgres://u@db.example/d?sslmode=disable"), SslMode::Disable);
    }
}
