//! Our bank, in a process of its own.

use std::io::Read as _;
use std::sync::Arc;

use axum::Extension;
use axum::extract::ConnectInfo;
use jiff::Timestamp;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use vinculo_fapi::certificate::Certificate;
use vinculo_fapi::mtls::Peer;
use vinculo_sandbox::{Clock, KnownClient, KnownKeys, ReceiverSettings, Sandbox, SandboxOptions, SandboxSettings};

use crate::kit::Kit;

struct MachineClock;

impl Clock for MachineClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// Serves until the standard input ends; the first line of the output says where.
pub(crate) async fn serve(kit: &Kit) {
    let any = "127.0.0.1:0".parse().unwrap();
    let settings = SandboxSettings {
        data_dir: kit.folder.clone(),
        people_listen: any,
        people_url: None,
        mtls_listen: any,
        mtls_url: None,
        receiver: ReceiverSettings {
            name: "Receptora".to_owned(),
            redirect_uris: vec![kit.redirect_uri.clone()],
            logo_uri: None,
        },
    };
    let known = KnownClient {
        client_id: kit.client_id.clone(),
        name: "Bench".to_owned(),
        redirect_uris: vec![kit.redirect_uri.clone()],
        keys: KnownKeys::Set(kit.client_jwks.to_string()),
        certificates_pem: kit.transport_cert_pem.clone(),
    };
    let options = SandboxOptions { clients: vec![known], ..SandboxOptions::default() };
    let sandbox = Sandbox::open_with(settings, options, Arc::new(MachineClock)).await.unwrap();
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = if kit.tls { sandbox.mtls_addr() } else { plain.local_addr().unwrap() };
    println!(
        "{}",
        json!({
            "address": address,
            "issuer": format!("{}/auth/mockbank", sandbox.people_url()),
            "token": "/auth/mockbank/token",
            "push": "/auth/mockbank/par",
            "consents": "/mockbank/open-banking/consents/v3/consents",
            "ca_pem": sandbox.receiver().ca_pem,
        })
    );
    // Without TLS nobody shows a certificate: every call counts as one of the client's.
    let certificate = Certificate::from_pem(&kit.transport_cert_pem).unwrap();
    let peer = Peer { addr: any, certificate: Some(certificate) };
    let router = sandbox.machines_without_tls().layer(Extension(ConnectInfo(peer)));
    let plain = async { axum::serve(plain, router).await.unwrap() };
    let stop = CancellationToken::new();
    let input = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]));
    tokio::select! {
        served = sandbox.run(stop.clone()) => served.unwrap(),
        () = plain => {}
        _ = input => {}
    }
}
