// `oidc-provider` as a bank of the profile, without TLS: every call counts as one with the client's certificate.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';

// The packages lie elsewhere; this file does not.
const require = createRequire(`${process.env.VINCULO_PEERS_FOLDER}/package.json`);
console.info = console.log = console.error;
const { default: Provider } = await import(require.resolve('oidc-provider'));
const jose = await import(require.resolve('jose'));

const kit = JSON.parse(readFileSync(process.env.VINCULO_KIT, 'utf8'));
const certificate = new X509Certificate(kit.transport_cert_pem);
const RESOURCE = 'urn:vinculo:bench:open-banking';

const server = http.createServer();
const port = await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
// The library wants an issuer on https with this profile; nobody calls it there.
const issuer = `https://localhost:${port}`;

const { privateKey } = await jose.generateKeyPair('PS256', { extractable: true });
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: kit.client_id,
      redirect_uris: [kit.redirect_uri],
      grant_types: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
      response_types: ['code id_token'],
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'PS256',
      id_token_signed_response_alg: 'PS256',
      id_token_encrypted_response_alg: 'RSA-OAEP',
      id_token_encrypted_response_enc: 'A256GCM',
      request_object_signing_alg: 'PS256',
      require_signed_request_object: true,
      require_pushed_authorization_requests: true,
      tls_client_certificate_bound_access_tokens: true,
      jwks: kit.client_jwks,
    },
  ],
  jwks: { keys: [{ ...(await jose.exportJWK(privateKey)), use: 'sig', alg: 'PS256', kid: 'bank' }] },
  cookies: { keys: ['a key of the bench'] },
  responseTypes: ['code id_token'],
  clientAuthMethods: ['private_key_jwt'],
  acrValues: ['urn:brasil:openbanking:loa2', 'urn:brasil:openbanking:loa3'],
  claims: { openid: ['sub', 'acr'], acr: null },
  enabledJWA: {
    clientAuthSigningAlgValues: ['PS256'],
    idTokenSigningAlgValues: ['PS256'],
    requestObjectSigningAlgValues: ['PS256'],
    idTokenEncryptionAlgValues: ['RSA-OAEP'],
    idTokenEncryptionEncValues: ['A256GCM'],
  },
  pkce: { required: () => true },
  ttl: { AccessToken: 900, ClientCredentials: 900, PushedAuthorizationRequest: 600 },
  features: {
    devInteractions: { enabled: false },
    fapi: { enabled: true, profile: '1.0 Final' },
    mTLS: { enabled: true, certificateBoundAccessTokens: true, getCertificate: () => certificate },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    requestObjects: { enabled: true, requireSignedRequestObject: true },
    encryption: { enabled: true },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      getResourceServerInfo: (ctx) => ({
        scope: ctx.oidc.params.scope ?? '',
        audience: RESOURCE,
        accessTokenFormat: 'opaque',
      }),
      useGrantedResource: () => true,
    },
  },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.proxy = true;
server.on('request', provider.callback());

// Whoever started this program goes away: so does it.
process.stdin.on('end', () => process.exit()).resume();
process.stdout.write(`${JSON.stringify({ address: `127.0.0.1:${port}`, issuer, token: '/token', push: '/request' })}\n`);
