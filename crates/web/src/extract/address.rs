//! Where a request comes from, for counting failed sign-ins.

use std::future::{Ready, ready};
use std::net::{IpAddr, Ipv4Addr};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};

use crate::WebSettings;
use crate::failure::Failure;

/// The client's address: the peer's, or what trusted proxies say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address(pub IpAddr);

impl FromRequest for Address {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let peer = request
            .peer_addr()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
        let settings = request.app_data::<web::Data<WebSettings>>();
        let trusted = |proxy| settings.is_some_and(|settings| (settings.trusts_proxy)(proxy));
        let forwarded = request
            .headers()
            .get_all("x-forwarded-for")
            .filter_map(|value| value.to_str().ok());
        let hops: Vec<&str> = forwarded
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        ready(Ok(Self(client(peer.to_canonical(), &hops, trusted))))
    }
}

/// Goes back along the hops as long as each was added by a proxy that is trusted. What a client writes into the header
/// itself stands before that and is never reached.
fn client(peer: IpAddr, hops: &[&str], trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut address = peer;
    for hop in hops.iter().rev() {
        if !trusted(address) {
            break;
        }
        let Ok(next) = hop.parse::<IpAddr>() else {
            break;
        };
        address = next.to_canonical();
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let trusted = |proxy| [ip("10.0.0.1"), ip("10.0.0.2")].contains(&proxy);
        assert_eq!(
            client(ip("203.0.113.9"), &["1.2.3.4"], trusted),
            ip("203.0.113.9")
        );
        assert_eq!(
            client(ip("10.0.0.1"), &["6.6.6.6", "1.2.3.4", "10.0.0.2"], trusted),
            ip("1.2.3.4")
        );
        assert_eq!(
            client(ip("10.0.0.1"), &["nonsense"], trusted),
            ip("10.0.0.1")
        );
        assert_eq!(client(ip("10.0.0.1"), &[], trusted), ip("10.0.0.1"));
    }
}
