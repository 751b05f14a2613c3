//! `flui-dashboard check --hostile`: an installation's own configuration, against a provider that lies.
//!
//! Provider, database and folder exist for this run alone; both listen on loopback. Nothing here is reached by serving.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use flui_hostile::{Case, Fault, Finding, Installation};
use flui_identity::people::PeopleFilter;
use ipnet::IpNet;
use tempfile::TempDir;
use url::Url;

use crate::{
    App, Served, SystemClock,
    config::{Config, DatabaseUrl, Roles},
    serve,
};

/// More people than the hostile provider has.
const ALL_PEOPLE: u32 = 100;

/// Runs these cases against this configuration: with its public address, clients, audiences and limits, and without its
/// provider, database, folder and roles.
pub async fn check(config: &Config, cases: Vec<Case>) -> Vec<Finding> {
    flui_hostile::run(&Ours { config }, cases).await
}

struct Ours<'a> {
    config: &'a Config,
}

struct Running {
    app: App,
    served: Served,
    // Removed with everything in it once the server has stopped.
    _folder: TempDir,
}

impl Ours<'_> {
    fn config(&self, issuer: &str, client_secret: &str, folder: &TempDir) -> Config {
        let mut config = self.config.clone();
        config.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        config.metrics_listen = None;
        folder.path().clone_into(&mut config.state_dir);
        config.database = DatabaseUrl::Sqlite(folder.path().join("flui.db"));
        issuer.clone_into(&mut config.oidc.issuer);
        config.oidc.client_secret = client_secret.to_owned().into();
        config.oidc.ca_file = None;
        config.roles = Roles {
            claim: "groups".to_owned(),
            admin: vec!["flui-admins".to_owned()],
            readonly: vec!["flui-viewers".to_owned()],
        };
        config.trusted_proxies = vec![IpNet::from(IpAddr::from(Ipv4Addr::LOCALHOST))];
        config
    }
}

impl Installation for Ours<'_> {
    type Running = Running;

    fn public_url(&self) -> &Url {
        &self.config.public_url
    }

    fn client_id(&self) -> &str {
        &self.config.oidc.client_id
    }

    fn cli_client_id(&self) -> &str {
        &self.config.oidc.cli_client_id
    }

    async fn start(&self, issuer: &str, client_secret: &str) -> Result<(SocketAddr, Running), Fault> {
        let fault = |error: &dyn std::error::Error| Fault::new(crate::check::chain(error));
        let folder = tempfile::tempdir().map_err(|error| fault(&error))?;
        let config = self.config(issuer, client_secret, &folder);
        let app = App::open(config, Arc::new(SystemClock))
            .await
            .map_err(|error| fault(&error))?;
        let served = serve(app.clone()).await.map_err(|error| fault(&error))?;
        let running = Running {
            app,
            served,
            _folder: folder,
        };
        Ok((running.served.address(), running))
    }

    async fn rows(&self, running: &Running) -> Result<Vec<i64>, Fault> {
        let fault = |error: flui_identity::StoreError| Fault::new(error.to_string());
        let now = running.app.identity.now();
        let people = running
            .app
            .store
            .list_people(&PeopleFilter::default(), now, None, ALL_PEOPLE)
            .await
            .map_err(fault)?;
        let sign_ins = people.iter().map(|seen| seen.live_sign_ins).sum();
        let people = i64::try_from(people.len()).unwrap_or(i64::MAX);
        Ok(vec![people, sign_ins])
    }

    async fn stop(&self, running: Running) {
        running.served.stop();
        if let Err(error) = running.served.stopped().await {
            tracing::warn!(%error, "the temporary server did not stop cleanly");
        }
    }
}
