//! A wire that can be cut: a TCP proxy that passes, refuses, swallows or delays what comes. It also spreads connections
//! over several targets, as a load balancer does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Everything passes.
    Open,
    /// Connections break, and new ones are refused.
    Refused,
    /// Nothing arrives any more and nobody is told: connections that were open stay silent for ever, also when the wire is
    /// open again; new ones are taken and never answered.
    Silent,
    /// Everything passes, each piece so much later.
    Slow(Duration),
}

/// The proxy; stops when nobody has it any more.
#[derive(Clone)]
pub struct Proxy {
    address: SocketAddr,
    wire: watch::Sender<Wire>,
}

impl Proxy {
    /// Starts a proxy on a free port; connections go to the targets in turn, past those that refuse them.
    pub async fn start(targets: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (wire, state) = watch::channel(Wire::Open);
        tokio::spawn(serve(listener, address, Arc::new(Targets { all: targets, next: AtomicUsize::new(0) }), state));
        Self { address, wire }
    }

    /// Returns where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Changes what becomes of connections, old and new.
    pub fn set(&self, wire: Wire) {
        self.wire.send_replace(wire);
    }

    /// Does so for a while, then opens the wire again.
    pub async fn set_for(&self, wire: Wire, span: Duration) {
        self.set(wire);
        tokio::time::sleep(span).await;
        self.set(Wire::Open);
    }
}

struct Targets {
    all: Vec<SocketAddr>,
    next: AtomicUsize,
}

impl Targets {
    async fn connect(&self) -> Option<TcpStream> {
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        for step in 0..self.all.len() {
            if let Ok(stream) = TcpStream::connect(self.all[(first + step) % self.all.len()]).await {
                return Some(stream);
            }
        }
        None
    }
}

async fn serve(listener: TcpListener, address: SocketAddr, targets: Arc<Targets>, mut wire: watch::Receiver<Wire>) {
    let mut listener = Some(listener);
    loop {
        if *wire.borrow_and_update() == Wire::Refused {
            listener = None;
            if wire.changed().await.is_err() {
                return;
            }
            continue;
        }
        let open = match listener.take() {
            Some(open) => open,
            None => TcpListener::bind(address).await.unwrap(),
        };
        tokio::select! {
            changed = wire.changed() => if changed.is_err() { return },
            taken = open.accept() => if let Ok((client, _)) = taken {
                tokio::spawn(carry(client, Arc::clone(&targets), wire.clone()));
            },
        }
        listener = Some(open);
    }
}

/// Carries one connection until an end closes it or the wire is cut.
async fn carry(mut client: TcpStream, targets: Arc<Targets>, mut wire: watch::Receiver<Wire>) {
    if *wire.borrow_and_update() == Wire::Silent {
        return swallow(client).await;
    }
    let Some(mut server) = targets.connect().await else { return };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    loop {
        let late = match *wire.borrow_and_update() {
            Wire::Open => Duration::ZERO,
            Wire::Slow(late) => late,
            Wire::Refused => return,
            Wire::Silent => break,
        };
        let (mut from_client, mut to_client) = client.split();
        let (mut from_server, mut to_server) = server.split();
        tokio::select! {
            changed = wire.changed() => if changed.is_err() { return },
            () = pump(&mut from_client, &mut to_server, late) => return,
            () = pump(&mut from_server, &mut to_client, late) => return,
        }
    }
    // The other end hears of it when the wire is open again; this one never does.
    let forgotten = async {
        let _ = wire.wait_for(|wire| *wire != Wire::Silent).await;
        drop(server);
    };
    tokio::join!(forgotten, swallow(client));
}

async fn pump(from: &mut (impl AsyncReadExt + Unpin), to: &mut (impl AsyncWriteExt + Unpin), late: Duration) {
    let mut piece = vec![0; 16 * 1024];
    while let Ok(size @ 1..) = from.read(&mut piece).await {
        if !late.is_zero() {
            tokio::time::sleep(late).await;
        }
        if to.write_all(&piece[..size]).await.is_err() {
            return;
        }
    }
}

/// Takes what comes until the sender gives up, and says nothing.
async fn swallow(mut client: TcpStream) {
    let mut nothing = vec![0; 16 * 1024];
    while let Ok(1..) = client.read(&mut nothing).await {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers each byte with the number of the target.
    async fn target(number: u8) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    while stream.read_u8().await.is_ok() && stream.write_u8(number).await.is_ok() {}
                });
            }
        });
        address
    }

    async fn ask(stream: &mut TcpStream) -> std::io::Result<u8> {
        stream.write_u8(0).await?;
        stream.read_u8().await
    }

    #[tokio::test]
    async fn connections_go_to_the_targets_in_turn_past_those_that_are_gone() {
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let proxy = Proxy::start(vec![target(1).await, gone, target(2).await]).await;
        let mut all = Vec::new();
        for _ in 0..3 {
            all.push(ask(&mut TcpStream::connect(proxy.address()).await.unwrap()).await.unwrap());
        }
        assert_eq!(all, [1, 2, 2]);
    }

    #[tokio::test]
    async fn a_cut_wire_breaks_what_is_open_refuses_what_is_new_and_heals() {
        let proxy = Proxy::start(vec![target(7).await]).await;
        let mut open = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(ask(&mut open).await.unwrap(), 7);
        proxy.set(Wire::Refused);
        assert!(open.read_u8().await.is_err());
        while TcpStream::connect(proxy.address()).await.is_ok() {
            tokio::task::yield_now().await;
        }
        proxy.set(Wire::Slow(Duration::from_millis(1)));
        let mut anew = loop {
            if let Ok(anew) = TcpStream::connect(proxy.address()).await {
                break anew;
            }
            tokio::task::yield_now().await;
        };
        assert_eq!(ask(&mut anew).await.unwrap(), 7);
    }

    #[tokio::test]
    async fn a_silent_wire_answers_nobody_and_what_was_open_stays_silent() {
        let proxy = Proxy::start(vec![target(7).await]).await;
        let mut open = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(ask(&mut open).await.unwrap(), 7);
        proxy.set(Wire::Silent);
        let mut anew = TcpStream::connect(proxy.address()).await.unwrap();
        let patience = Duration::from_millis(200);
        assert!(tokio::time::timeout(patience, ask(&mut open)).await.is_err());
        assert!(tokio::time::timeout(patience, ask(&mut anew)).await.is_err());
        proxy.set(Wire::Open);
        assert!(tokio::time::timeout(patience, ask(&mut open)).await.is_err());
        let mut healed = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(ask(&mut healed).await.unwrap(), 7);
    }
}
