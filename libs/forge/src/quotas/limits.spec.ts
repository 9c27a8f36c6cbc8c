import type { QuotaLimits } from '@granary/api-contract';
import { classOf, limitOf, MEASURES, NO_LIMITS } from './limits';

const defaults: QuotaLimits = {
  git_public_bytes: 1,
  git_private_bytes: 2,
  lfs_public_bytes: 3,
  lfs_private_bytes: 4,
  public_repositories: 5,
  private_repositories: 6,
};

it('counts what is internal as private: the world cannot read it', () => {
  expect((['public', 'internal', 'private'] as const).map(classOf)).toEqual(['public', 'private', 'private']);
});

it('has one limit for each measure and class', () => {
  const of = (storageClass: 'public' | 'private') =>
    MEASURES.map((measure) => limitOf({ own: {}, defaults }, measure, storageClass));
  expect(of('public').map(({ limit }) => limit)).toEqual([1, 3, 5]);
  expect(of('private').map(({ limit }) => limit)).toEqual([2, 4, 6]);
  expect(new Set([...of('public'), ...of('private')].map(({ source }) => source))).toEqual(new Set(['default']));
  const none = MEASURES.map((measure) => limitOf({ own: {}, defaults: NO_LIMITS }, measure, 'private').limit);
  expect(none).toEqual([null, null, null]);
});

it.each([0, 7, null])('lets a namespace’s own limit of %j go before the hub’s', (limit) => {
  const own = { lfs_private_bytes: limit };
  expect(limitOf({ own, defaults }, 'lfs', 'private')).toEqual({ limit, source: 'own' });
  expect(limitOf({ own, defaults }, 'lfs', 'public')).toEqual({ limit: 3, source: 'default' });
});
