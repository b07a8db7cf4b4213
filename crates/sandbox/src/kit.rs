//! What the directory hands a receiver that joins the network.

use secrecy::SecretString;

/// Certificates, keys and addresses of one receiver.
#[derive(Debug, Clone)]
pub struct ReceiverKit {
    /// The receiver's organisation id.
    pub organisation_id: String,
    /// The software statement's id; also the `UID` of the transport certificate.
    pub software_id: String,
    /// Transport certificate (BRCAC layout), PEM.
    pub transport_cert_pem: String,
    /// Private key of the transport certificate, PKCS #8 PEM.
    pub transport_key_pem: SecretString,
    /// Private signing key (PS256), PKCS #8 PEM.
    pub signing_key_pem: SecretString,
    /// `kid` of the signing key in the keystore.
    pub signing_kid: String,
    /// Private decryption key (RSA-OAEP), PKCS #8 PEM.
    pub encryption_key_pem: SecretString,
    /// `kid` of the encryption key in the keystore.
    pub encryption_kid: String,
    /// The network's root certificate, PEM: the only trust anchor a receiver needs here.
    pub ca_pem: String,
    /// The participants document (open).
    pub participants_url: String,
    /// Issuer of the directory's own authorization server (`…/.well-known/openid-configuration` below it).
    pub directory_issuer: String,
    /// Token endpoint of the directory (mTLS, `client_credentials`, scope `directory:software`, `client_id` = software id).
    pub directory_token_url: String,
    /// Where the directory gives the software statement assertion (mTLS, GET, Bearer).
    pub ssa_url: String,
    /// Base of the keystore (open), without a slash at the end.
    pub keystore_url: String,
    /// The receiver's public keys in the keystore: the `jwks_uri` to register with.
    pub jwks_url: String,
}
