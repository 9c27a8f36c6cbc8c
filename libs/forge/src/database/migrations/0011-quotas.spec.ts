import { openForge, type ForgeFixture } from '../../testing/forge-fixture';
import { Quotas1764960000000 } from './0011-quotas';

let forge: ForgeFixture;

beforeAll(async () => {
  forge = await openForge();
}, 60_000);

afterAll(() => forge.close());

it('keeps what was limited before, for public and private each, and what was not', async () => {
  for (const name of ['both', 'half', 'none']) await forge.user(name);
  const runner = forge.database.createQueryRunner();
  const migration = new Quotas1764960000000();
  try {
    await migration.down(runner);
    await runner.query(
      `UPDATE namespaces SET git_quota_bytes = 5, lfs_quota_bytes = 7000000000000 WHERE name = 'both'`,
    );
    await runner.query(`UPDATE namespaces SET lfs_quota_bytes = 0 WHERE name = 'half'`);
    await migration.up(runner);
    expect(await runner.query('SELECT name, limits FROM namespaces ORDER BY name')).toEqual([
      {
        name: 'both',
        limits: {
          git_public_bytes: 5,
          git_private_bytes: 5,
          lfs_public_bytes: 7_000_000_000_000,
          lfs_private_bytes: 7_000_000_000_000,
        },
      },
      { name: 'half', limits: { lfs_public_bytes: 0, lfs_private_bytes: 0 } },
      { name: 'none', limits: {} },
    ]);
  } finally {
    await runner.release();
  }
});
