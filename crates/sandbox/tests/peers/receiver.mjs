// openid-client 6.8 (certified FAPI 1.0 Advanced) as a receiver of the sandbox bank: registration with a software
// statement, consent, PAR with a signed request object, PKCE, `code id_token` in the fragment, encrypted id_tokens,
// mTLS-bound tokens, refresh without rotation; then misuse that the bank must refuse.
import assert from 'node:assert';
import { randomUUID, webcrypto } from 'node:crypto';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(process.env.VINCULO_PEERS_FOLDER + '/');
const client = await import(require.resolve('openid-client'));
const { Agent, fetch } = await import(require.resolve('undici'));
const jose = await import(require.resolve('jose'));

const kit = JSON.parse(readFileSync(process.env.VINCULO_KIT, 'utf8'));
const redirect = kit.redirect_uri;
const agent = new Agent({ connect: { ca: kit.ca_pem, cert: kit.transport_cert_pem, key: kit.transport_key_pem } });
const bare = new Agent({ connect: { ca: kit.ca_pem } });
const mtls = (url, options = {}) => fetch(url, { ...options, dispatcher: agent });

const der = (pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');
const subtle = webcrypto.subtle;
const signing = await subtle.importKey('pkcs8', der(kit.signing_key_pem), { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign']);
// RSA-OAEP of the profile is the one with SHA-1.
const decryption = await subtle.importKey('pkcs8', der(kit.encryption_key_pem), { name: 'RSA-OAEP', hash: 'SHA-1' }, false, ['decrypt']);

const json = async (response, status) => {
  const text = await response.text();
  assert.strictEqual(response.status, status, `${response.url}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
};

// The directory: a token for the software statement, the statement, registration at the bank.
const directory = await json(
  await mtls(kit.directory_token_url, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: kit.software_id, scope: 'directory:software' }),
  }),
  200,
);
const statement = await (
  await mtls(kit.ssa_url, { headers: { authorization: `Bearer ${directory.access_token}`, accept: 'application/jwt' } })
).text();
const discovery = await json(await fetch(`${kit.issuer}/.well-known/openid-configuration`), 200);
const registration = {
  grant_types: ['refresh_token', 'client_credentials', 'implicit', 'authorization_code'],
  response_types: ['code id_token'],
  token_endpoint_auth_method: 'private_key_jwt',
  jwks_uri: kit.jwks_url,
  redirect_uris: [redirect],
  software_statement: statement,
  tls_client_certificate_bound_access_tokens: true,
  id_token_signed_response_alg: 'PS256',
  id_token_encrypted_response_alg: 'RSA-OAEP',
  id_token_encrypted_response_enc: 'A256GCM',
  request_object_signing_alg: 'PS256',
};
const aliases = discovery.mtls_endpoint_aliases ?? {};
const endpoint = (name) => aliases[name] ?? discovery[name];
const register = (body) =>
  mtls(endpoint('registration_endpoint'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
for (const [change, error] of [
  [{ redirect_uris: ['https://elsewhere.example/cb'] }, /invalid_redirect_uri|invalid_client_metadata/],
  [{ redirect_uris: undefined }, /invalid_redirect_uri|invalid_client_metadata/],
  [{ jwks_uri: 'https://elsewhere.example/jwks' }, /invalid_client_metadata/],
  [{ software_statement: statement.slice(0, -4) + 'AAAA' }, /invalid_software_statement/],
  [{ software_statement: undefined }, /invalid_/],
  [{ jwks_uri: undefined, jwks: { keys: [] } }, /invalid_client_metadata/],
]) {
  const refused = await json(await register({ ...registration, ...change }), 400);
  assert.match(refused.error, error, JSON.stringify(change));
}
const registered = await json(await register(registration), 201);
const manage = (options) => mtls(registered.registration_client_uri, options);
const bearer = { authorization: `Bearer ${registered.registration_access_token}` };
for (let i = 0; i < 2; i++) {
  const read = await json(await manage({ headers: bearer }), 200);
  assert.strictEqual(read.client_id, registered.client_id);
  assert.strictEqual(read.registration_access_token ?? registered.registration_access_token, registered.registration_access_token);
}
assert.strictEqual((await manage({ headers: { authorization: 'Bearer wrong' } })).status, 401);

// The library, set up for the profile.
const config = await client.discovery(
  new URL(kit.issuer),
  registered.client_id,
  { id_token_signed_response_alg: 'PS256', use_mtls_endpoint_aliases: true },
  client.PrivateKeyJwt({ key: signing, kid: kit.signing_kid }),
  { [client.customFetch]: mtls, execute: [client.allowInsecureRequests] },
);
config[client.customFetch] = mtls;
client.useCodeIdTokenResponseType(config);
client.enableDetachedSignatureResponseChecks(config);
client.enableDecryptingResponses(config, ['A256GCM'], { key: decryption, kid: kit.encryption_kid, alg: 'RSA-OAEP' });

// A consent.
const machine = await client.clientCredentialsGrant(config, { scope: 'consents' });
assert(machine.expires_in >= 300 && machine.expires_in <= 900);
const api = (path, token, options = {}) =>
  mtls(`${kit.api}${path}`, {
    ...options,
    headers: {
      authorization: `Bearer ${token}`,
      'x-fapi-interaction-id': randomUUID(),
      'content-type': 'application/json',
      ...options.headers,
    },
  });
const permissions = [
  'RESOURCES_READ', 'ACCOUNTS_READ', 'ACCOUNTS_BALANCES_READ', 'ACCOUNTS_TRANSACTIONS_READ', 'ACCOUNTS_OVERDRAFT_LIMITS_READ',
  'CUSTOMERS_PERSONAL_IDENTIFICATIONS_READ', 'CUSTOMERS_PERSONAL_ADITTIONALINFO_READ',
];
const newConsent = async () =>
  (
    await json(
      await api('/consents/v3/consents', machine.access_token, {
        method: 'POST',
        body: JSON.stringify({
          data: { loggedUser: { document: { identification: '76109277673', rel: 'CPF' } }, permissions },
        }),
      }),
      201,
    )
  ).data;
const readConsent = async (id) => (await json(await api(`/consents/v3/consents/${id}`, machine.access_token), 200)).data;

// PAR, the bank's pages, and back.
async function authorize(consent, change = (claims) => claims) {
  const verifier = client.randomPKCECodeVerifier();
  const [nonce, state] = [client.randomNonce(), client.randomState()];
  const parameters = {
    redirect_uri: redirect,
    scope: `openid consent:${consent} accounts customers resources`,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    nonce,
    state,
    claims: JSON.stringify({ id_token: { acr: { essential: true } } }),
  };
  const jar = await client.buildAuthorizationUrlWithJAR(config, parameters, { key: signing, kid: kit.signing_kid }, {
    [client.modifyAssertion]: (header, payload) => {
      payload.nbf = Math.floor(Date.now() / 1000) - 5;
      payload.claims = JSON.parse(parameters.claims);
      change(payload, header);
    },
  });
  const url = await client.buildAuthorizationUrlWithPAR(config, jar.searchParams);
  assert.deepStrictEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);
  return { url, verifier, nonce, state };
}

const field = (page, name) => page.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1]?.replaceAll('&amp;', '&');
async function atTheBank({ url }, { approve }) {
  // A second visit before the login is fine (link previews).
  await fetch(url);
  const login = await (await fetch(url)).text();
  const form = new URLSearchParams({
    client_id: field(login, 'client_id'), request_uri: field(login, 'request_uri'),
    document: 'ralph.bragg@gmail.com', password: 'P@ssword01',
  });
  const action = login.match(/<form[^>]*action="([^"]*\/login)"/)[1];
  const logged = await fetch(new URL(action, url), { method: 'POST', body: form, redirect: 'manual' });
  assert.strictEqual(logged.status, 303, await logged.text());
  const place = new URL(logged.headers.get('location'), url);
  const page = await (await fetch(place)).text();
  const answer = new URLSearchParams([...page.matchAll(/<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g)].map((m) => [m[1], m[2]]));
  const button = page.match(new RegExp(`<button[^>]*id="${approve ? 'approve' : 'deny'}"[^>]*>`))[0];
  const [name, value] = [button.match(/ name="([^"]*)"/)?.[1], button.match(/ value="([^"]*)"/)?.[1]];
  if (name) answer.set(name, value);
  const done = await fetch(place, { method: 'POST', body: answer, redirect: 'manual' });
  let back = done.headers.get('location');
  if (back && !back.startsWith(redirect)) back = null;
  if (!back) {
    const text = done.status === 303 ? await (await fetch(new URL(done.headers.get('location'), url))).text() : await done.text();
    back = text.match(/href="([^"]*#[^"]*)"/)[1].replaceAll('&amp;', '&').replaceAll('&#38;', '&');
  }
  return new URL(back);
}
const exchange = (flow, back) =>
  client.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: flow.verifier, expectedNonce: flow.nonce, expectedState: flow.state, idTokenExpected: true,
  });

// The plain path.
const consent = await newConsent();
assert.strictEqual(consent.status, 'AWAITING_AUTHORISATION');
const flow = await authorize(consent.consentId);
const back = await atTheBank(flow, { approve: true });
assert.strictEqual(back.search, '', 'nothing in the query');
const tokens = await exchange(flow, back);
assert.match(tokens.claims().acr, /^urn:brasil:openbanking:loa[23]$/);
assert(tokens.expires_in >= 300 && tokens.expires_in <= 900);
assert.strictEqual((await readConsent(consent.consentId)).status, 'AUTHORISED');

const accounts = await api('/accounts/v2/accounts', tokens.access_token);
assert.match(accounts.headers.get('x-fapi-interaction-id'), /^[0-9a-f-]{36}$/);
assert((await json(accounts, 200)).data.length > 0);
assert.strictEqual((await api('/resources/v3/resources', tokens.access_token)).status, 200);

// A token is bound to its certificate; the interaction id is required.
const noCertificate = await fetch(`${kit.api}/accounts/v2/accounts`, {
  dispatcher: bare,
  headers: { authorization: `Bearer ${tokens.access_token}`, 'x-fapi-interaction-id': randomUUID() },
}).then((r) => r.status, () => 'refused');
assert([401, 'refused'].includes(noCertificate), String(noCertificate));
assert.strictEqual((await api('/accounts/v2/accounts', tokens.access_token, { headers: { 'x-fapi-interaction-id': 'x' } })).status, 400);

// Refresh without rotation.
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);
assert.strictEqual(refreshed.refresh_token ?? tokens.refresh_token, tokens.refresh_token);
assert.strictEqual((await api('/accounts/v2/accounts', refreshed.access_token)).status, 200);

// Misuse.
const refused = async (what, call, error) => {
  const caught = await call().then(() => assert.fail(`${what} was not refused`), (e) => e);
  const text = `${caught.error ?? ''} ${caught.code ?? ''} ${caught.cause?.error ?? ''} ${caught.message}`;
  assert.match(text, error, `${what}: ${text}`);
};
await refused('a code used twice', () => exchange(flow, back), /invalid_grant/);
assert.strictEqual((await api('/accounts/v2/accounts', tokens.access_token)).status, 401, 'its tokens are gone');
const objects = /invalid_request|invalid_request_object|invalid_request_uri|access_denied/;
const now = () => Math.floor(Date.now() / 1000);
for (const [what, change] of [
  ['no exp', (p) => delete p.exp],
  ['no nbf', (p) => delete p.nbf],
  ['no nonce', (p) => delete p.nonce],
  ['no scope', (p) => delete p.scope],
  ['no redirect_uri', (p) => delete p.redirect_uri],
  ['an expired object', (p) => (p.exp = now() - 600)],
  ['a long life', (p) => (p.exp = p.nbf + 3700)],
  ['an old nbf', (p) => (p.nbf = now() - 3700)],
  ['a foreign aud', (p) => (p.aud = 'https://elsewhere.example')],
  ['the PAR endpoint as aud', (p) => (p.aud = endpoint('pushed_authorization_request_endpoint'))],
  ['a foreign redirect', (p) => (p.redirect_uri = 'https://elsewhere.example/cb')],
  ['response_type code', (p) => (p.response_type = 'code')],
  ['no PKCE', (p) => { delete p.code_challenge; delete p.code_challenge_method; }],
  ['plain PKCE', (p) => (p.code_challenge_method = 'plain')],
]) {
  await refused(what, () => authorize(consent.consentId, change), objects);
}
const second = await newConsent();
const wrongVerifier = await authorize(second.consentId);
const answer = await atTheBank(wrongVerifier, { approve: true });
await refused('a wrong verifier', () => exchange({ ...wrongVerifier, verifier: client.randomPKCECodeVerifier() }, answer), /invalid_grant/);
await refused('a request_uri used twice', async () => {
  const again = await fetch(wrongVerifier.url, { redirect: 'manual' });
  assert(again.status >= 400 || again.headers.get('location')?.includes('error='), String(again.status));
  throw new Error('invalid_request_uri');
}, /invalid_request_uri/);

// A user who says no.
const third = await newConsent();
const denied = await authorize(third.consentId);
const no = await atTheBank(denied, { approve: false });
assert.match(no.hash, /error=access_denied/);
const rejected = await readConsent(third.consentId);
assert.strictEqual(rejected.status, 'REJECTED');
assert.strictEqual(rejected.rejection.reason.code, 'CUSTOMER_MANUALLY_REJECTED');

// A long nonce comes back whole or is refused, never cut.
const long = 'n'.repeat(384);
const fourth = await newConsent();
try {
  const flow = await authorize(fourth.consentId, (p) => (p.nonce = long));
  await exchange({ ...flow, nonce: long }, await atTheBank(flow, { approve: true }));
} catch (e) {
  assert.match(`${e.error} ${e.message}`, /invalid_request/);
}

// Revoking kills the tokens.
const fifth = await newConsent();
const last = await authorize(fifth.consentId);
const live = await exchange(last, await atTheBank(last, { approve: true }));
assert.strictEqual((await api('/accounts/v2/accounts', live.access_token)).status, 200);
assert.strictEqual((await api(`/consents/v3/consents/${fifth.consentId}`, machine.access_token, { method: 'DELETE' })).status, 204);
assert.strictEqual((await api('/accounts/v2/accounts', live.access_token)).status, 401);

// A second receiver of the same library sees nothing of the first one's.
void jose;

// Leaving: the registration ends, and with it the client.
assert.strictEqual((await manage({ method: 'DELETE', headers: bearer })).status, 204);
assert.strictEqual((await manage({ headers: bearer })).status, 401);
await refused('a client that is gone', () => client.clientCredentialsGrant(config, { scope: 'consents' }), /invalid_client/);

console.log('all checks passed');
process.exit(0);
