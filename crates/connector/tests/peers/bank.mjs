// A bank made of `oidc-provider` (certified for FAPI 1.0 Advanced), with the consents and accounts APIs that it lacks.
// It behaves as the profile says until it is told to do wrong, and keeps a record of every call.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';

import { apis } from './apis.mjs';
import { forger } from './forge.mjs';

// The packages lie elsewhere; this file does not.
const require = createRequire(`${process.env.VINCULO_PEERS_FOLDER}/package.json`);
console.info = console.log = console.error;
const { default: Provider } = await import(require.resolve('oidc-provider'));
const jose = await import(require.resolve('jose'));

const kit = JSON.parse(readFileSync(process.env.VINCULO_KIT, 'utf8'));
const RESOURCE = 'urn:vinculo:test:open-banking';

/// How to misbehave; an empty object is a good bank.
let behaviour = {};
/// What was seen since the last time someone asked to forget.
let seen = [];

const tls = { key: kit.server_key_pem, cert: kit.server_cert_pem };
// Its pages ask for a certificate and take visitors without one: a test sees who shows more than it must.
const people = https.createServer({ ...tls, ca: kit.ca_pem, requestCert: true, rejectUnauthorized: false });
const mutual = https.createServer({ ...tls, ca: kit.ca_pem, requestCert: true, rejectUnauthorized: true });
const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
const issuer = `https://localhost:${await listen(people)}${kit.issuer_end ?? ''}`;
const mtls = `https://localhost:${await listen(mutual)}`;

const signing = await jose.exportJWK(await jose.importPKCS8(kit.bank_signing_key_pem, 'PS256', { extractable: true }));
const keys = [
  { ...signing, use: 'sig', alg: 'PS256', kid: 'bank-sig' },
  // The bank's set holds a key for another purpose and one of another type: the client has to choose.
  ...(await Promise.all([['RSA-OAEP', 'enc'], ['ES256', 'sig']].map(async ([alg, use]) => {
    const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
    return { ...(await jose.exportJWK(privateKey)), use, alg, kid: `bank-${alg}` };
  }))),
];

// The scopes of this token: those asked for now, or those of the code or refresh token that it comes from.
const scopes = ({ oidc }) =>
  oidc.params.scope ?? oidc.entities.AuthorizationCode?.scope ?? oidc.entities.RefreshToken?.scope ?? '';

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
  jwks: { keys },
  cookies: { keys: ['a key of the test'] },
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
  rotateRefreshToken: () => behaviour.rotate === true,
  issueRefreshToken: (ctx, client) => client.grantTypeAllowed('refresh_token'),
  expiresWithSession: () => false,
  ttl: { AccessToken: 900, ClientCredentials: 900, RefreshToken: 86400, Grant: 86400, IdToken: 300, Interaction: 300, Session: 300 },
  features: {
    devInteractions: { enabled: false },
    fapi: { enabled: true, profile: '1.0 Final' },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      getCertificate: (ctx) => ctx.socket.getPeerX509Certificate?.(),
    },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
    requestObjects: { enabled: true, requireSignedRequestObject: true },
    encryption: { enabled: true },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      getResourceServerInfo: (ctx) => ({ scope: scopes(ctx), audience: RESOURCE, accessTokenFormat: 'opaque' }),
      useGrantedResource: () => true,
    },
  },
  discovery: {
    claims_parameter_supported: true,
    mtls_endpoint_aliases: {
      token_endpoint: `${mtls}/token`,
      pushed_authorization_request_endpoint: `${mtls}/request`,
    },
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  async loadExistingGrant(ctx) {
    const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.account.accountId });
    grant.addOIDCScope('openid');
    grant.addResourceScope(RESOURCE, ctx.oidc.params.scope);
    await grant.save();
    return grant;
  },
});

const banking = apis({ provider, issuer: mtls, behaviour: () => behaviour });

// What went into the library, in its own words.
const parts = (token) => ({ header: jose.decodeProtectedHeader(token), claims: jose.decodeJwt(token) });
provider.on('pushed_authorization_request.success', ({ oidc }) =>
  seen.push({ push: { ...parts(oidc.body.request), form: Object.keys(oidc.body), assertion: parts(oidc.body.client_assertion) } }),
);
provider.on('grant.success', ({ oidc }) =>
  seen.push({ grant: { type: oidc.params.grant_type, scope: oidc.params.scope ?? null } }),
);
provider.on('authorization.success', ({ oidc }) =>
  banking.authorised(oidc.params.scope, oidc.session.grantIdFor(oidc.client.clientId)),
);
const complain = (ctx, error) => seen.push({ error: error.message, description: error.error_description, detail: error.error_detail });
for (const name of ['pushed_authorization_request', 'grant', 'authorization', 'server']) {
  provider.on(name === 'server' ? 'server_error' : `${name}.error`, complain);
}

// Misbehaviour: another discovery document, another token answer, a forged id_token.
provider.use(async (ctx, next) => {
  await next();
  if (ctx.path === '/.well-known/openid-configuration') ctx.body = { ...ctx.body, ...behaviour.discovery };
  if (ctx.oidc?.route === 'token' && ctx.status === 200) {
    for (const name of behaviour.leave_out ?? []) delete ctx.body[name];
  }
});
const forge = forger({ jose, signing: kit.bank_signing_key_pem, recipient: kit.client_jwks.keys.find((key) => key.use === 'enc') });
const issue = provider.IdToken.prototype.issue;
provider.IdToken.prototype.issue = async function (options) {
  const at = this.ctx.oidc.route === 'token' ? 'token' : 'authorization';
  const forgery = behaviour.forge;
  if (forgery?.at !== at) return issue.call(this, options);
  // The library's own claims, before it encrypts them.
  const { client } = this;
  this.client = Object.create(client, { idTokenEncryptedResponseEnc: { value: undefined } });
  const { claims, header } = parts(await issue.call(this, options));
  this.client = client;
  return forge(claims, header, forgery);
};

// A person who approves (or does not) without looking.
async function interact(request, response) {
  const { params } = await provider.interactionDetails(request, response);
  const result =
    behaviour.deny || !banking.awaits(params.scope)
      ? { error: 'access_denied', error_description: 'Não desta vez' }
      : { login: { accountId: 'somebody', acr: 'urn:brasil:openbanking:loa3' } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const callback = provider.callback();
const serve = (listener) => (request, response) => {
  const { pathname, search } = new URL(request.url, issuer);
  seen.push({
    listener,
    call: `${request.method} ${pathname}`,
    query: search,
    certificate: request.socket.getPeerX509Certificate?.()?.subject ?? null,
    resumed: request.socket.isSessionReused(),
    interaction_id: request.headers['x-fapi-interaction-id'] ?? null,
  });
  const fail = (error) => {
    console.error(error);
    response.statusCode = 500;
    response.end();
  };
  if (pathname.startsWith('/interaction/')) interact(request, response).catch(fail);
  else if (pathname.startsWith('/open-banking/')) banking.serve(request, response, pathname).catch(fail);
  else callback(request, response);
};
people.on('request', serve('people'));
mutual.on('request', serve('mtls'));

// The test's way in: PUT a behaviour, GET what was seen, DELETE to forget it.
const control = http.createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (request.method === 'PUT') behaviour = JSON.parse(body);
  if (request.method !== 'GET') seen = [];
  response.end(JSON.stringify(seen));
});
const port = await listen(control);

// Whoever started this program goes away: so does it.
process.stdin.on('end', () => process.exit()).resume();
process.stdout.write(`${JSON.stringify({ issuer, mtls, control: `http://127.0.0.1:${port}/` })}\n`);
