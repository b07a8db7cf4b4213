// belvo (npm), unmodified, against Vínculo: every resource of the first journey, filters across pages, errors.
const assert = require('node:assert');
const Belvo = require('belvo').default;

const { VINCULO_URL, VINCULO_SECRET_ID, VINCULO_SECRET_PASSWORD, VINCULO_LINK, VINCULO_SPARE_LINK } = process.env;
const nobody = '00000000-0000-4000-8000-000000000000';

(async () => {
  // Wrong keys, then right ones.
  await assert.rejects(new Belvo('nobody', 'nothing', VINCULO_URL).connect(), /Login failed/);
  const client = new Belvo(VINCULO_SECRET_ID, VINCULO_SECRET_PASSWORD, VINCULO_URL);
  await client.connect();

  // Institutions.
  const institutions = await client.institutions.list({ filters: { country_code: 'BR' } });
  const names = institutions.map((i) => i.name);
  assert(names.includes('ofmockbank_br_retail') && names.includes('ofmockbank_br_business'), names.join());
  assert.deepStrictEqual(await client.institutions.detail(institutions[0].id), institutions[0]);

  // Links.
  const links = await client.links.list({ filters: { id__in: [VINCULO_LINK, VINCULO_SPARE_LINK] } });
  assert.strictEqual(links.length, 2);
  assert.strictEqual((await client.links.detail(VINCULO_LINK)).status, 'valid');
  await assert.rejects(client.links.detail(nobody), (e) => e.statusCode === 404 && e.detail[0].code === 'not_found');

  // Owners and accounts.
  const owners = await client.owners.list({ filters: { link: VINCULO_LINK } });
  assert.strictEqual(owners.length, 1);
  const accounts = await client.accounts.list({ filters: { link: VINCULO_LINK } });
  assert(accounts.length > 0 && accounts.every((a) => typeof a.balance.current === 'number'));

  // Transactions: pages of 1,000 up to a limit, then all.
  const all = await client.transactions.list({ limit: 5000, filters: { link: VINCULO_LINK } });
  assert(all.length >= 2500, String(all.length));
  assert.strictEqual(new Set(all.map((t) => t.id)).size, all.length);
  const some = await client.transactions.list({ limit: 250, filters: { link: VINCULO_LINK } });
  assert.deepStrictEqual(some.map((t) => t.id), all.slice(0, 250).map((t) => t.id));
  const middle = all[Math.floor(all.length / 2)].value_date;
  const range = await client.transactions.list({
    limit: 5000,
    filters: { link: VINCULO_LINK, value_date__range: [middle, all[0].value_date], type__in: ['INFLOW'] },
  });
  const kept = all.filter((t) => t.value_date >= middle && t.value_date <= all[0].value_date && t.type === 'INFLOW');
  assert.deepStrictEqual(range.map((t) => t.id).sort(), kept.map((t) => t.id).sort());

  // Retrieve: again from the bank.
  const again = await client.accounts.retrieve(VINCULO_LINK, { saveData: true });
  assert.deepStrictEqual(again.map((a) => a.id).sort(), accounts.map((a) => a.id).sort());
  const day = (ago) => new Date(Date.now() - ago * 86400000).toISOString().slice(0, 10);
  const recent = await client.transactions.retrieve(VINCULO_LINK, day(5), { dateTo: day(0) });
  assert(Array.isArray(recent));
  await assert.rejects(
    client.transactions.retrieve(VINCULO_LINK, 'nonsense'),
    (e) => e.statusCode === 400 && e.detail[0].field === 'date_from',
  );
  await assert.rejects(
    client.accounts.retrieve(nobody),
    (e) => e.statusCode === 400 && e.detail[0].code === 'does_not_exist' && e.detail[0].field === 'link',
  );

  // A widget token.
  const token = await client.widgetToken.create({ scopes: 'read_institutions,write_links' });
  assert(token.access && token.refresh);

  // Delete.
  assert.strictEqual(await client.links.delete(VINCULO_SPARE_LINK), true);
  assert.strictEqual(await client.links.delete(VINCULO_SPARE_LINK), false);
  assert.deepStrictEqual(await client.accounts.list({ filters: { link: VINCULO_SPARE_LINK } }), []);

  console.log('all checks passed');
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
