use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks that are not the public internet's, or answer for the machine that asks: the special-purpose registry of
/// RFC 6890 as it stands, and multicast.
const SPECIAL_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
    // Azure serves its machines' metadata there, on an address that looks public.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
];

/// Networks of `2000::/3` that are not the public internet's: protocol assignments with Teredo among them, examples,
/// and 6to4, behind which any address of version 4 may stand (RFC 6890, RFC 3849, RFC 9637, RFC 3056).
const SPECIAL_V6: [(Ipv6Addr, u32); 4] = [
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0x0db8, 0, 0, 0, 0, 0, 0), 32),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is one of the public internet's.
///
/// Of version 6 only `2000::/3` is given out as such (RFC 4291, section 2.4); all else is special, and with it loopback,
/// private and link-local addresses, multicast, and the forms that stand for an address of version 4 (NAT64, RFC 6052).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|(network, length)| {
            let hidden = u32::BITS - length;
            address.to_bits() >> hidden == network.to_bits() >> hidden
        }),
        IpAddr::V6(address) => {
            address.segments()[0] >> 13 == 1
                && !SPECIAL_V6.iter().any(|(network, length)| {
                    let hidden = u128::BITS - length;
                    address.to_bits() >> hidden == network.to_bits() >> hidden
                })
        }
    }
}
