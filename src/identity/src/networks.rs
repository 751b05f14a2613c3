//! The networks that a key may be used from.

use std::net::IpAddr;

use flui_model::FieldError;
use ipnet::{IpNet, Ipv4Net};

/// The most networks that a key may name.
pub const MAX_NETWORKS: usize = 16;

/// Reads networks in CIDR notation (RFC 4632, RFC 4291 section 2.3), and single addresses. Gives them sorted, each once.
pub fn check_networks(texts: &[String]) -> Result<Vec<IpNet>, FieldError> {
    let mut networks = texts
        .iter()
        .map(|text| read(text).map_err(|message| FieldError::new("networks", message)))
        .collect::<Result<Vec<_>, _>>()?;
    networks.sort_unstable();
    networks.dedup();
    if networks.len() > MAX_NETWORKS {
        return Err(FieldError::new(
            "networks",
            format!("A key has at most {MAX_NETWORKS} networks."),
        ));
    }
    Ok(networks)
}

fn read(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let network = match text.parse::<IpNet>() {
        Ok(network) => network,
        Err(_) => text.parse::<IpAddr>().map(IpNet::from).map_err(|_| {
            let shown: String = text.chars().filter(|c| !c.is_control()).take(45).collect();
            format!("“{shown}” is no network. Write it like 203.0.113.0/24 or 2001:db8::/32.")
        })?,
    };
    let network = canonical(network);
    if network.trunc() != network {
        // Whoever wrote it meant either the network or the address, and the two differ widely.
        return Err(format!(
            "{network} names an address inside a network. Write {} for the network, or {} for the address.",
            network.trunc(),
            IpNet::from(network.addr())
        ));
    }
    Ok(network)
}

/// Addresses of clients are compared as IPv4 where they can be, so networks are kept so too (RFC 4291, section 2.5.5.2).
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(v6) = network else { return network };
    let v4 = v6.addr().to_ipv4_mapped().zip(v6.prefix_len().checked_sub(96));
    v4.and_then(|(address, length)| Ipv4Net::new(address, length).ok())
        .map_or(network, IpNet::V4)
}

/// Whether a key with these networks may be used from the address. No networks means everywhere.
pub(crate) fn allows(networks: &[IpNet], address: IpAddr) -> bool {
    let address = address.to_canonical();
    networks.is_empty() || networks.iter().any(|network| network.contains(&address))
}

/// Whether `inner` is nowhere wider than `outer`.
pub(crate) fn covers(outer: &[IpNet], inner: &[IpNet]) -> bool {
    let inside = |network: &IpNet| outer.iter().any(|outer| outer.contains(network));
    outer.is_empty() || (!inner.is_empty() && inner.iter().all(inside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nets(texts: &[&str]) -> Result<Vec<IpNet>, FieldError> {
        check_networks(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn networks_and_addresses_of_both_families_are_read() {
        let read = nets(&[
            " 10.0.0.0/8 ",
            "2001:db8::/32",
            "192.0.2.7",
            "10.0.0.0/8",
            "::ffff:198.51.100.0/120",
        ])
        .unwrap();
        let shown: Vec<_> = read.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            ["10.0.0.0/8", "192.0.2.7/32", "198.51.100.0/24", "2001:db8::/32"]
        );
        assert!(nets(&[]).unwrap().is_empty());
    }

    #[test]
    fn what_is_no_network_is_refused_with_what_would_be_right() {
        for bad in [
            "",
            "10.0.0.0/33",
            "10.0.0/8",
            "example.org",
            "10.0.0.0/8,10.1.0.0/16",
            "::/129",
            "<b>",
        ] {
            assert_eq!(nets(&[bad]).unwrap_err().field, "networks", "{bad}");
        }
        let hint = nets(&["10.1.2.3/8"]).unwrap_err().message;
        assert!(hint.contains("10.0.0.0/8") && hint.contains("10.1.2.3/32"), "{hint}");
        let many: Vec<String> = (0..=MAX_NETWORKS).map(|n| format!("10.{n}.0.0/16")).collect();
        assert!(check_networks(&many).is_err());
        assert!(check_networks(&many[1..]).is_ok());
    }

    #[test]
    fn a_key_is_good_inside_its_networks_alone() {
        let networks = nets(&["10.0.0.0/8", "2001:db8::/32"]).unwrap();
        let from = |address: &str| allows(&networks, address.parse().unwrap());
        assert!(from("10.255.0.1") && from("2001:db8:1::1") && from("::ffff:10.0.0.1"));
        assert!(!from("11.0.0.1") && !from("2001:db9::1") && !from("::1"));
        assert!(allows(&[], "203.0.113.7".parse().unwrap()));
    }

    #[test]
    fn nothing_wider_is_covered() {
        let outer = nets(&["10.0.0.0/8"]).unwrap();
        assert!(covers(&outer, &nets(&["10.1.0.0/16", "10.2.0.0/16"]).unwrap()));
        assert!(!covers(&outer, &nets(&["10.1.0.0/16", "11.0.0.0/16"]).unwrap()));
        assert!(!covers(&outer, &nets(&["0.0.0.0/0"]).unwrap()));
        assert!(!covers(&outer, &[]));
        assert!(covers(&[], &outer) && covers(&[], &[]));
    }
}
