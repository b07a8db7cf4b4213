// Id_tokens that no bank should make: claims changed, signed and encrypted in every wrong way.

import { constants, createCipheriv, createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, publicEncrypt, randomBytes, sign } from 'node:crypto';

const base64url = (data) => Buffer.from(typeof data === 'string' || Buffer.isBuffer(data) ? data : JSON.stringify(data)).toString('base64url');
const stranger = (type, options) => generateKeyPairSync(type, options).privateKey;
const pss = (key, bits) => ({ key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: bits / 8 });

export function forger({ jose, signing, recipient }) {
  const bank = createPrivateKey(signing);
  const client = createPublicKey({ key: recipient, format: 'jwk' });
  const other = stranger('rsa', { modulusLength: 2048 });
  const curve = stranger('ec', { namedCurve: 'P-256' });
  const confusion = createPublicKey(bank).export({ type: 'spki', format: 'pem' });

  const signatures = {
    PS256: (input) => sign('sha256', input, pss(bank, 256)),
    PS384: (input) => sign('sha384', input, pss(bank, 384)),
    PS512: (input) => sign('sha512', input, pss(bank, 512)),
    RS256: (input) => sign('sha256', input, bank),
    ES256: (input) => sign('sha256', input, { key: curve, dsaEncoding: 'ieee-p1363' }),
    HS256: (input) => createHmac('sha256', confusion).update(input).digest(),
    none: () => Buffer.alloc(0),
  };
  const ways = {
    stranger: (input) => sign('sha256', input, pss(other, 256)),
    mangled: (input) => {
      const signature = signatures.PS256(input);
      signature[signature.length - 1] ^= 1;
      return signature;
    },
    empty: () => Buffer.alloc(0),
  };

  function signed(claims, header, { alg = 'PS256', way, header: extra }) {
    const full = { ...header, alg, ...extra };
    if (full.jwk === 'stranger') full.jwk = createPublicKey(other).export({ format: 'jwk' });
    const input = `${base64url(full)}.${base64url(claims)}`;
    return `${input}.${base64url((ways[way] ?? signatures[alg])(Buffer.from(input)))}`;
  }

  /// RSA1_5, which no library makes any more.
  function encryptedBadly(payload, header) {
    const [key, nonce, encoded] = [randomBytes(32), randomBytes(12), base64url(header)];
    const wrapped = publicEncrypt({ key: client, padding: constants.RSA_PKCS1_PADDING }, key);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(encoded));
    const sealed = Buffer.concat([cipher.update(payload), cipher.final()]);
    return [encoded, ...[wrapped, nonce, sealed, cipher.getAuthTag()].map(base64url)].join('.');
  }

  async function encrypted(payload, { alg = 'RSA-OAEP', enc = 'A256GCM', to, kid = recipient.kid, mangled, header: extra }) {
    const header = { alg, enc, cty: 'JWT', ...(kid === null ? {} : { kid }), ...extra };
    if (alg === 'RSA1_5') return encryptedBadly(payload, header);
    const key = to === 'stranger' ? createPublicKey(other) : client;
    const token = await new jose.CompactEncrypt(Buffer.from(payload)).setProtectedHeader(header).encrypt(key);
    if (!mangled) return token;
    const [first, wrapped, nonce, text, tag] = token.split('.');
    const bytes = Buffer.from(text, 'base64url');
    bytes[0] ^= 1;
    return [first, wrapped, nonce, base64url(bytes), tag].join('.');
  }

  /// `set` and `drop` change claims, `shift` moves a time to so many seconds from now, `sign` and `encrypt` say how.
  /// With `encrypt: null` the signed token goes out bare. An empty forgery is a good token made by hand.
  return async (claims, header, { set = {}, drop = [], shift = {}, sign: how = {}, encrypt = {} }) => {
    const now = Math.floor(Date.now() / 1000);
    const times = Object.fromEntries(Object.entries(shift).map(([name, seconds]) => [name, now + seconds]));
    const changed = { ...claims, ...set, ...times };
    for (const name of drop) delete changed[name];
    const token = signed(changed, header, how);
    return encrypt === null ? token : encrypted(token, encrypt);
  };
}
