use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use url::Url;

use super::{Secret, Trust};

/// Where something is asked, as whom, and who may vouch for the server there.
#[derive(Clone, PartialEq)]
pub struct Endpoint {
    url: Url,
    login: Option<Login>,
    trust: Trust,
}

/// As whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Login {
    /// `Authorization: Bearer`.
    Bearer(Secret),
    /// `Authorization: Basic`: a name and a password.
    Basic(String, Secret),
}

impl Endpoint {
    /// None for anything but `http://` and `https://` with a host. A user in `url` becomes the login, and is no longer part
    /// of the address.
    pub fn new(mut url: Url) -> Option<Self> {
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return None;
        }
        let login = (!url.username().is_empty() || url.password().is_some()).then(|| {
            let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
            Login::Basic(decoded(url.username()), Secret::new(decoded(url.password().unwrap_or_default())))
        });
        url.set_username("").ok()?;
        url.set_password(None).ok()?;
        Some(Self { url, login, trust: Trust::System })
    }

    /// The same place under another path or query.
    #[must_use]
    pub fn at(&self, change: impl FnOnce(&mut Url)) -> Self {
        let mut endpoint = self.clone();
        change(&mut endpoint.url);
        endpoint
    }

    /// The same with a login, where there is one.
    #[must_use]
    pub fn logged_in(self, login: Option<Login>) -> Self {
        Self { login: login.or(self.login), ..self }
    }

    /// The same with another [`Trust`].
    #[must_use]
    pub fn trusting(self, trust: Trust) -> Self {
        Self { trust, ..self }
    }

    /// Where; never with a user in it. Of a webhook its path may be secret all the same.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// As whom.
    pub fn login(&self) -> Option<&Login> {
        self.login.as_ref()
    }

    /// Who may vouch for the server.
    pub fn trust(&self) -> &Trust {
        &self.trust
    }

    /// Whether it is `https://`.
    pub fn is_encrypted(&self) -> bool {
        self.url.scheme() == "https"
    }
}

impl Login {
    /// The value of `Authorization`.
    pub(super) fn header(&self) -> Secret {
        match self {
            Self::Bearer(token) => Secret::new(format!("Bearer {}", token.reveal())),
            Self::Basic(name, password) => {
                let pair = format!("{name}:{}", password.reveal());
                Secret::new(format!("Basic {}", BASE64_STANDARD.encode(pair)))
            }
        }
    }
}

/// Without path and query: those of a webhook often are its secret.
impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&self.url.origin().ascii_serialization()).field(&self.login).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(url: &str) -> Option<Endpoint> {
        Endpoint::new(url.parse().unwrap())
    }

    #[test]
    fn a_user_in_the_address_is_taken_out_of_it() {
        let endpoint = endpoint("https://ann:a%20word%40@host:8443/hook/T0K3N?key=s3cret").unwrap();
        assert_eq!(endpoint.url().as_str(), "https://host:8443/hook/T0K3N?key=s3cret");
        assert_eq!(endpoint.login(), Some(&Login::Basic("ann".to_owned(), Secret::new("a word@"))));
        assert_eq!(endpoint.login().unwrap().header().reveal(), "Basic YW5uOmEgd29yZEA=");
        let shown = format!("{endpoint:?}");
        for secret in ["word", "T0K3N", "s3cret", "YW5u"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("https://host:8443"), "{shown}");
    }

    #[test]
    fn only_what_http_can_ask() {
        for url in ["ftp://host/", "unix:/run/x", "data:,x"] {
            assert_eq!(endpoint(url), None, "{url}");
        }
        assert!(endpoint("http://[::1]:9/x").is_some_and(|endpoint| !endpoint.is_encrypted()));
    }

    #[test]
    fn a_login_of_its_own_goes_before_the_one_in_the_address() {
        let login = Login::Bearer(Secret::new("t"));
        let endpoint = endpoint("http://ann@host/").unwrap().logged_in(Some(login.clone())).logged_in(None);
        assert_eq!(endpoint.login(), Some(&login));
        assert_eq!(login.header().reveal(), "Bearer t");
    }
}
