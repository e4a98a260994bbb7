use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{OidcError, Person};
use crate::auth::{Digest, Role};
use crate::client::{Secret, Trust};
use crate::person::PersonName;

/// Where people sign in, and who they are here.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The provider's address, letter for letter as it calls itself.
    pub issuer: String,
    /// As whom opsglass asks there.
    pub client_id: String,
    /// How it proves that; without one, PKCE alone.
    pub client_secret: Option<Secret>,
    /// Who may vouch for the provider's server.
    pub trust: Trust,
    /// What the button says: `single sign-on` unless told otherwise.
    pub name: String,
    /// What is asked for beside `openid`: `profile` unless told otherwise.
    pub scopes: Vec<String>,
    /// Where the browser is sent back to; by the name under which opsglass was asked unless told otherwise.
    pub redirect_url: Option<String>,
    /// Which claim names people: `preferred_username` unless told otherwise.
    pub name_claim: String,
    /// Which claim says what they may do, a text or a list of them.
    pub role_claim: Option<String>,
    /// The role for each of its values; of several the greatest counts.
    pub roles: BTreeMap<String, Role>,
    /// The role of all others: none unless told otherwise, which is to refuse them.
    pub role: Option<Role>,
}

impl Config {
    /// The path to which the provider sends browsers back.
    pub const CALLBACK: &'static str = "/login/oidc/callback";

    /// What sessions by this provider are kept with: with another one, or other roles, they are over.
    pub(crate) fn mark(&self) -> Digest {
        let Self { issuer, client_id, name_claim, role_claim, roles, role, .. } = self;
        Digest::of(&format!("{:?}", (issuer, client_id, name_claim, role_claim, roles, role)))
    }

    /// Whether what the provider says of somebody can only give them more than the role of all others.
    pub(super) fn adds_only(&self) -> bool {
        self.roles.values().all(|role| Some(*role) >= self.role)
    }

    /// Who it is of whom the provider has `said` this.
    pub(super) fn person(&self, said: &Map<String, Value>) -> Result<Person, OidcError> {
        let is_unproven = self.name_claim == "email" && said.get("email_verified") == Some(&Value::Bool(false));
        let name = said.get(&self.name_claim).and_then(Value::as_str).filter(|_| !is_unproven);
        let name = name.and_then(|name| PersonName::of_person(name).ok());
        let name = name.ok_or_else(|| OidcError::Nameless(self.name_claim.clone()))?;
        let values = match self.role_claim.as_ref().and_then(|claim| said.get(claim)) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => &[],
        };
        let named = values.iter().filter_map(|value| self.roles.get(value.as_str()?)).max();
        let role = named.copied().or(self.role).ok_or_else(|| OidcError::Nobody(name.to_string()))?;
        Ok(Person { name, role })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn config(role: Option<Role>) -> Config {
        Config {
            issuer: "https://login.example".to_owned(),
            client_id: "opsglass".to_owned(),
            client_secret: Some(Secret::new("s3cret")),
            trust: Trust::System,
            name: "single sign-on".to_owned(),
            scopes: vec!["profile".to_owned()],
            redirect_url: None,
            name_claim: "preferred_username".to_owned(),
            role_claim: Some("groups".to_owned()),
            roles: [("ops", Role::Operator), ("admins", Role::Admin)]
                .map(|(group, role)| (group.to_owned(), role))
                .into(),
            role,
        }
    }

    fn role(said: &Value, role: Option<Role>) -> Result<Role, OidcError> {
        config(role).person(said.as_object().unwrap()).map(|person| person.role)
    }

    #[test]
    fn the_greatest_role_of_the_groups_counts_and_others_have_the_one_that_is_told() {
        let groups = |groups: Value| json!({ "preferred_username": "anna", "groups": groups });
        assert_eq!(role(&groups(json!(["x", "ops", "admins"])), None), Ok(Role::Admin));
        assert_eq!(role(&groups(json!("ops")), None), Ok(Role::Operator));
        for none in [json!(["x"]), json!([]), json!(7), json!({ "ops": true }), json!([["ops"]]), Value::Null] {
            assert_eq!(role(&groups(none.clone()), None), Err(OidcError::Nobody("anna".to_owned())), "{none}");
            assert_eq!(role(&groups(none), Some(Role::Viewer)), Ok(Role::Viewer));
        }
    }

    #[test]
    fn it_is_known_whether_a_group_could_take_something_away() {
        let adds_only = [None, Some(Role::Viewer), Some(Role::Operator), Some(Role::Admin)];
        assert_eq!(adds_only.map(|role| config(role).adds_only()), [true, true, true, false]);
    }

    #[test]
    fn who_has_no_name_is_nobody() {
        for name in [Value::Null, json!(7), json!(""), json!("a\u{202e}b"), json!("x".repeat(33)), json!(["anna"])] {
            let said = json!({ "preferred_username": name, "groups": "ops" });
            assert_eq!(role(&said, None), Err(OidcError::Nameless("preferred_username".to_owned())), "{said}");
        }
    }

    #[test]
    fn an_address_that_was_not_proven_names_nobody() {
        let config = Config { name_claim: "email".to_owned(), ..config(Some(Role::Viewer)) };
        let said = |verified: Value| json!({ "email": "anna@here.example", "email_verified": verified });
        let is_known = |verified| config.person(said(verified).as_object().unwrap()).is_ok();
        assert!(is_known(json!(true)) && is_known(Value::Null), "many don't say");
        assert!(!is_known(json!(false)));
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert!(!format!("{:?}", config(None)).contains("s3cret"));
    }
}
