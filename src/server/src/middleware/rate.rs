//! Limits how often one address may knock at the doors that cost work or invite guessing.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
};

use axum::{
    extract::Request,
    http::{Method, header},
};
use flui_identity::Client;
use flui_model::ErrorCode;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{app::App, calendar, failure::Failure, middleware::bearer::Bearer};

/// How many addresses are remembered at most before the idle ones are forgotten.
const MAX_ADDRESSES: usize = 100_000;

const PER_MINUTE: NonZeroU32 = NonZeroU32::new(120).expect("120 is not zero");

/// The buckets, one for each address.
pub(crate) struct Limits {
    buckets: DefaultKeyedRateLimiter<IpAddr>,
    clock: DefaultClock,
}

impl Limits {
    /// Full buckets for everybody.
    pub(crate) fn new() -> Self {
        Self {
            buckets: RateLimiter::keyed(Quota::per_minute(PER_MINUTE)),
            clock: DefaultClock::default(),
        }
    }

    /// Takes one from the address's bucket, or says after how many seconds there is one.
    fn take(&self, address: IpAddr) -> Result<(), u32> {
        if self.buckets.len() > MAX_ADDRESSES {
            self.buckets.retain_recent();
        }
        self.buckets.check_key(&network(address)).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1)
        })
    }
}

/// One household has a whole /64 of IPv6.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// Limits sign-ins, also to apps, callbacks, logout tokens, exchanges, device logins, calendars, and what anybody may say
/// about keys. Other requests with a key or session are not limited, so that a flood of strangers locks nobody out.
pub(crate) fn limit(app: &App, request: &Request) -> Result<(), Failure> {
    let limited = is_limited(request);
    let address = request.extensions().get::<Client>().map(|client| client.address);
    if limited
        && let Some(address) = address
        && let Err(seconds) = app.limits.take(address)
    {
        let detail = format!("Too many requests came from your address. Try again in {seconds} seconds.");
        return Err(Failure {
            retry_after: Some(seconds),
            ..Failure::new(ErrorCode::TooManyRequests, detail)
        });
    }
    Ok(())
}

fn is_limited(request: &Request) -> bool {
    match (request.method(), request.uri().path()) {
        (_, "/auth/login" | "/auth/callback" | "/auth/backchannel-logout" | "/.flui/callback")
        | (
            &Method::POST,
            "/api/v1/auth/device" | "/api/v1/auth/device/token" | "/api/v1/auth/revoke" | "/api/v1/auth/leaks",
        ) => true,
        (&Method::POST, "/api/v1/auth/api-keys") => !has_key(request),
        (_, path) if path.starts_with(calendar::PREFIX) => true,
        _ => false,
    }
}

fn has_key(request: &Request) -> bool {
    let authorization = request.headers().get(header::AUTHORIZATION);
    authorization.is_some_and(|value| matches!(Bearer::read(value), Ok(Bearer::Key(_))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d4_each_address_has_its_own_bucket() {
        let limits = Limits::new();
        let one: IpAddr = "203.0.113.1".parse().unwrap();
        let refused = (0..=PER_MINUTE.get()).filter(|_| limits.take(one).is_err()).count();
        assert_eq!(refused, 1);
        assert!(limits.take("203.0.113.2".parse().unwrap()).is_ok());
    }

    #[test]
    fn d5_a_whole_ipv6_network_shares_one_bucket() {
        let near = ["2001:db8::1", "2001:db8::ffff:1"].map(|text| network(text.parse().unwrap()));
        assert_eq!(near[0], near[1]);
        assert_ne!(near[0], network("2001:db8:0:1::1".parse().unwrap()));
    }
}
