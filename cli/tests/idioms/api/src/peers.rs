//! Tables, match arms, aliases and a re-export of a re-export.

use crate::ErrorCode::{self, *};
use crate::session::errors::Fault;

pub const RULES: &[(&str, ErrorCode)] = &[
    ("spam", ErrorCode::BlockedWord), // blocked_word
    ("spam.example", BlockedDomain), // blocked_domain
];

static BY_USER: LazyLock<HashMap<&str, Fault>> = LazyLock::new(|| {
    HashMap::from([
        ("mallory", Fault::BlockedUser), // blocked_user
    ])
});

lazy_static! {
    static ref CLOSED: Fault = Fault::FederationOff; // federation_off
}

impl From<Peer> for Fault {
    fn from(peer: Peer) -> Self {
        match peer {
            Peer::Unknown => Self::PeerUnknown, // peer_unknown
            Peer::Slow { .. } if peer.waited() => {
                Self::PeerSlow // peer_slow
            }
            Peer::Forged => crate::session::errors::Fault::SignatureWrong, // signature_wrong
            _ => unreachable!(),
        }
    }
}
