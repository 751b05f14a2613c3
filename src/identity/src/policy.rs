use std::time::Duration;

use flui_model::Role;

/// The limits that an operator sets, and how claims become roles.
#[derive(Clone, Debug)]
pub struct Policy {
    /// A browser session ends when it was not used for so long.
    pub session_idle: Duration,
    /// A browser session ends so long after it began, used or not.
    pub session_absolute: Duration,
    /// No key lives longer than this.
    pub keys_max_age: Duration,
    /// A workstation key lives so long.
    pub workstation_age: Duration,
    /// A browser session may create keys and act as admin for so long after the provider saw a proof.
    pub fresh_sign_in: Duration,
    /// How claims become roles.
    pub roles: RolePolicy,
}

impl Policy {
    /// The most browser sessions a person may hold; the oldest end beyond it.
    pub const MAX_SESSIONS: u32 = 20;
    /// So much may the clocks of replicas, of the provider and of a machine after a restart differ. What is further in the
    /// future was not written by a clock that was right.
    pub const CLOCK_ALLOWANCE: Duration = Duration::from_mins(5);
    /// The life of a CI or service key when none was asked for.
    pub const DEFAULT_KEY_AGE: Duration = Duration::from_hours(90 * 24);
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            session_idle: Duration::from_mins(30),
            session_absolute: Duration::from_hours(12),
            keys_max_age: Duration::from_hours(365 * 24),
            workstation_age: Duration::from_hours(90 * 24),
            fresh_sign_in: Duration::from_mins(15),
            roles: RolePolicy::default(),
        }
    }
}

/// Which of the provider's values make an admin, and which make a read-only person. Compared exactly.
#[derive(Clone, Debug, Default)]
pub struct RolePolicy {
    /// Values that make an admin.
    pub admin: Vec<String>,
    /// Values that make a read-only person, unless another value makes them an admin.
    pub readonly: Vec<String>,
}

impl RolePolicy {
    /// The role of somebody with these values. Nobody is admin by being first.
    pub fn role_of(&self, groups: &[String]) -> Role {
        let any = |wanted: &[String]| groups.iter().any(|group| wanted.contains(group));
        if any(&self.admin) {
            Role::Admin
        } else if any(&self.readonly) {
            Role::ReadOnly
        } else {
            Role::User
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a6_only_the_exact_value_makes_an_admin() {
        let roles = RolePolicy {
            admin: vec!["admins".into()],
            readonly: vec!["viewers".into()],
        };
        let role = |groups: &[&str]| roles.role_of(&groups.iter().map(|g| (*g).to_owned()).collect::<Vec<_>>());
        assert_eq!(role(&["admins"]), Role::Admin);
        assert_eq!(role(&["viewers", "admins"]), Role::Admin);
        assert_eq!(role(&["viewers"]), Role::ReadOnly);
        for near in ["admins-x", "ADMINS", "admin", " admins", ""] {
            assert_eq!(role(&[near]), Role::User, "{near}");
        }
        assert_eq!(RolePolicy::default().role_of(&[String::new()]), Role::User);
    }
}
