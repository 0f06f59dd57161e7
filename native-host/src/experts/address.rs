//! What an address leads to: the world, this machine, a private network, or a place where no
//! expert may be, such as the service that gives a cloud machine its secrets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

/// Names under which cloud machines find the service that gives them their secrets.
const METADATA: [&str; 4] = [
    "instance-data",
    "metadata",
    "metadata.goog",
    "metadata.google.internal",
];

/// What an address leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Anywhere; for a name, as long as nobody has looked it up.
    Public,
    /// This machine.
    Loopback,
    /// A private network, which the reader has to confirm.
    Private,
    /// Where no expert may be.
    Forbidden,
}

impl Reach {
    /// What the host of a URL leads to, as far as it can be told without looking it up.
    pub fn of_host(host: &Host<&str>) -> Self {
        match host {
            Host::Domain("localhost") => Self::Loopback,
            Host::Domain(name) if METADATA.contains(name) => Self::Forbidden,
            Host::Domain(_) => Self::Public,
            Host::Ipv4(address) => Self::of_v4(*address),
            Host::Ipv6(address) => Self::of_v6(*address),
        }
    }

    /// What an address leads to.
    pub fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self::of_v4(address),
            IpAddr::V6(address) => Self::of_v6(address),
        }
    }

    fn of_v4(address: Ipv4Addr) -> Self {
        match address.octets() {
            [127, ..] => Self::Loopback,
            // Metadata of Alibaba Cloud, in the middle of the range that carriers use.
            [100, 100, 100, 200] => Self::Forbidden,
            [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => Self::Private,
            // This network, link-local with most metadata, protocol assignments, documentation,
            // multicast and reserved. 198.18.0.0/15 is not among them: programs that tunnel
            // traffic give every name an address from there.
            [0, ..]
            | [169, 254, ..]
            | [192, 0, 0 | 2, _]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | [224..=255, ..] => Self::Forbidden,
            _ => Self::Public,
        }
    }

    fn of_v6(address: Ipv6Addr) -> Self {
        match address.segments() {
            [0, 0, 0, 0, 0, 0, 0, 1] => Self::Loopback,
            // An IPv4 address in another spelling has no business here; unspecified is among them.
            [0, 0, 0, 0, 0, 0 | 0xffff, ..] => Self::Forbidden,
            // Translated by the network: as good as the address within.
            [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Self::within(high, low),
            [0x2002, high, low, ..] => Self::within(high, low),
            // Metadata of Amazon and Google, in the middle of the private range.
            [0xfd00, 0xec2, .., 0x254] | [0xfd20, 0xce, .., 0x254] => Self::Forbidden,
            [0xfc00..=0xfdff, ..] => Self::Private,
            // Link-local, site-local, multicast, documentation.
            [0xfe80..=0xffff, ..] | [0x2001, 0xdb8, ..] => Self::Forbidden,
            _ => Self::Public,
        }
    }

    fn within(high: u16, low: u16) -> Self {
        let bits = u32::from(high) << 16 | u32::from(low);
        match Self::of_v4(Ipv4Addr::from_bits(bits)) {
            Self::Public => Self::Public,
            Self::Loopback | Self::Private | Self::Forbidden => Self::Forbidden,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addresses: &[&str], expected: Reach) {
        for address in addresses {
            let parsed = address.parse().unwrap();
            assert_eq!(Reach::of(parsed), expected, "{address}");
        }
    }

    #[test]
    fn the_world_is_reached_as_it_is() {
        let world = ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111"];
        check(&world, Reach::Public);
        check(&["64:ff9b::101:101", "2002:101:101::1"], Reach::Public);
    }

    #[test]
    fn names_in_a_tunnel_have_addresses_of_its_own() {
        check(&["198.18.0.7"], Reach::Public);
    }

    #[test]
    fn this_machine_has_a_whole_range() {
        check(&["127.0.0.1", "127.255.255.254", "::1"], Reach::Loopback);
    }

    #[test]
    fn private_networks_are_told_apart() {
        check(
            &["10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1"],
            Reach::Private,
        );
        check(&["100.64.0.1", "fc00::1", "fd12:3456::1"], Reach::Private);
    }

    #[test]
    fn nobody_is_where_networks_keep_their_own_things() {
        check(
            &["0.0.0.0", "0.1.2.3", "169.254.169.254", "100.100.100.200"],
            Reach::Forbidden,
        );
        check(
            &["192.0.0.192", "224.0.0.1", "255.255.255.255"],
            Reach::Forbidden,
        );
        check(
            &["::", "fe80::1", "ff02::1", "fd00:ec2::254", "fd20:ce::254"],
            Reach::Forbidden,
        );
    }

    #[test]
    fn another_spelling_of_an_address_hides_nothing() {
        check(
            &["::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1"],
            Reach::Forbidden,
        );
        check(&["64:ff9b::a9fe:a9fe", "2002:7f00:1::"], Reach::Forbidden);
    }
}
