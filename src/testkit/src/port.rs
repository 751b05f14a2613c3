use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

/// The first port that servers of tests listen on, and how many there are. They end below those that the system gives to
/// outgoing connections and to whoever asks for any port: a server that is stopped and started anew could find its port
/// taken by a connection of another test.
const FIRST: u32 = 20_000;
const COUNT: u32 = 12_000;

/// An address that nothing listens on, and that this process has not given away before.
pub fn free_address() -> SocketAddr {
    static TAKEN: AtomicU32 = AtomicU32::new(0);
    // Processes begin apart from each other, and each asks whether a port is free.
    let begin = process::id().wrapping_mul(997) % COUNT;
    for _ in 0..COUNT {
        let offset = (begin + TAKEN.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let port = u16::try_from(FIRST + offset).expect("ports end below 65,536");
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no loopback port is free");
}
