// Consents v3 and accounts v2, as little of them as a certifying peer offers, and the details of one account.

import { X509Certificate, createHash, randomUUID } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ACCOUNT = '92792126019929279212650822221989319252576';
const money = (amount) => ({ amount, currency: 'BRL' });
const shared = { type: 'CONTA_DEPOSITO_A_VISTA', compeCode: '001', branchCode: '6272', number: '94088392', checkDigit: '4' };
const item = { brandName: 'Banco Alheio', companyCnpj: '21128159000166', ...shared, accountId: ACCOUNT };
const details = {
  '': { ...shared, subtype: 'INDIVIDUAL', currency: 'BRL' },
  '/balances': {
    availableAmount: money('1000.0400'),
    blockedAmount: money('0.00'),
    automaticallyInvestedAmount: money('0.00'),
    updateDateTime: '2026-02-10T12:29:03Z',
  },
  '/overdraft-limits': { overdraftContractedLimit: money('99.99'), overdraftUsedLimit: money('0.00') },
};

export function apis({ provider, issuer, behaviour }) {
  const consents = new Map();
  const consentOf = (scope) => consents.get(/(?:^| )consent:(\S+)/.exec(scope)?.[1]);

  const thumbprint = (request) =>
    createHash('sha256').update(new X509Certificate(request.socket.getPeerCertificate().raw).raw).digest('base64url');

  /// Finds the token of a call, if it is good for `scope` and belongs to the certificate that was shown.
  async function token(model, request, scope) {
    const value = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
    const found = value && (await model.find(value));
    const good = found && found.isValid && found.scopes.has(scope) && found['x5t#S256'] === thumbprint(request);
    return good ? found : undefined;
  }

  function answer(request, response, status, body) {
    response.statusCode = status;
    response.setHeader('x-fapi-interaction-id', request.headers['x-fapi-interaction-id'] ?? randomUUID());
    if (body === undefined) return response.end();
    const meta = { requestDateTime: new Date().toISOString().replace(/\.\d+/, '') };
    const links = { self: `${issuer}${request.url}` };
    response.setHeader('content-type', 'application/json; charset=utf-8');
    return response.end(JSON.stringify({ data: body, links, meta }));
  }

  /// Says whether the call has to be turned away as behaviour demands: `{ "unauthorised": { "accounts": 2 } }`.
  function turnedAway(family) {
    const left = behaviour().unauthorised;
    return left?.[family] > 0 && left[family]-- > 0;
  }

  function create(body) {
    const { loggedUser, permissions, expirationDateTime } = JSON.parse(body).data;
    const { identification, rel } = loggedUser.document;
    const fits = /^\d{11}$/.test(identification) && rel === 'CPF' && permissions.length >= 1 && permissions.length <= 30;
    if (!fits || new Set(permissions).size !== permissions.length) return undefined;
    const now = new Date().toISOString().replace(/\.\d+/, '');
    const consent = {
      consentId: `urn:conformance:oidf:${randomUUID().replaceAll('-', '')}`,
      creationDateTime: now,
      status: 'AWAITING_AUTHORISATION',
      statusUpdateDateTime: now,
      permissions,
      expirationDateTime,
    };
    consents.set(consent.consentId, { consent });
    return consent;
  }

  async function revoke(entry) {
    entry.consent = {
      ...entry.consent,
      status: 'REJECTED',
      rejection: { rejectedBy: 'USER', reason: { code: 'CUSTOMER_MANUALLY_REVOKED' } },
    };
    for (const grant of entry.grants ?? []) {
      await provider.AccessToken.revokeByGrantId(grant);
      await provider.RefreshToken.revokeByGrantId(grant);
      await (await provider.Grant.find(grant))?.destroy();
    }
  }

  async function serveConsents(request, response, id) {
    if (!(await token(provider.ClientCredentials, request, 'consents')) || turnedAway('consents')) {
      return answer(request, response, 401);
    }
    if (request.method === 'POST' && id === undefined) {
      let body = '';
      for await (const chunk of request) body += chunk;
      const consent = create(body);
      return consent ? answer(request, response, 201, consent) : answer(request, response, 422, {});
    }
    const entry = consents.get(decodeURIComponent(id ?? ''));
    if (!entry) return answer(request, response, 404);
    if (request.method === 'GET') return answer(request, response, 200, entry.consent);
    if (request.method !== 'DELETE') return answer(request, response, 405);
    await revoke(entry);
    return answer(request, response, 204);
  }

  async function serveAccounts(request, response, rest) {
    const access = await token(provider.AccessToken, request, 'accounts');
    const consent = access && consentOf(access.scope)?.consent;
    if (consent?.status !== 'AUTHORISED' || turnedAway('accounts')) return answer(request, response, 401);
    if (rest === '') return answer(request, response, 200, [item]);
    const part = rest.startsWith(`/${ACCOUNT}`) && !behaviour().sparse ? details[rest.slice(ACCOUNT.length + 1)] : undefined;
    return part ? answer(request, response, 200, part) : answer(request, response, 404);
  }

  return {
    /// Says whether a request is for a consent that waits for its person.
    awaits: (scope) => consentOf(scope)?.consent.status === 'AWAITING_AUTHORISATION',

    authorised(scope, grant) {
      const entry = consentOf(scope);
      entry.consent = { ...entry.consent, status: 'AUTHORISED' };
      entry.grants = [...(entry.grants ?? []), grant];
    },

    async serve(request, response, pathname) {
      if (!UUID.test(request.headers['x-fapi-interaction-id'] ?? '')) return answer(request, response, 400);
      const [, family, rest] = /^\/open-banking\/(consents\/v3\/consents|accounts\/v2\/accounts)(\/.*)?$/.exec(pathname) ?? [];
      if (family?.startsWith('consents')) return serveConsents(request, response, rest?.slice(1));
      if (family?.startsWith('accounts')) return serveAccounts(request, response, rest ?? '');
      return answer(request, response, 404);
    },
  };
}
