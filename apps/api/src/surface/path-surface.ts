import type { Surface } from './surface';

/** First segments that belong to machines. `v2` is where clients of container registries ask. */
const ROOTS = new Map<string, Surface>([
  ['api', 'rest'],
  ['health', 'status'],
  ['metrics', 'status'],
  ['v2', 'status'],
]);
const GIT_ADDRESSES = new Set(['info/refs', 'head', 'git-upload-pack', 'git-receive-pack']);

/**
 * The surface of a path that no route took. Anchored at both ends: behind `/<namespace>/<repository>/-/` stand names that
 * users gave, which may be called as any address is.
 *
 * @param path as it was sent, still encoded: the router matches it so too, in either case and with a slash at its end.
 */
export function surfaceOfPath(path: string): Surface {
  const [first = '', second = '', ...rest] = path.toLowerCase().replace(/^\//, '').split('/');
  const root = ROOTS.get(first);
  if (root === 'rest' && second === 'web') return 'web';
  if (root) return root;
  if (first === '' || first === '-' || second === '') return 'page';
  const address = rest.join('/').replace(/\/$/, '');
  if (GIT_ADDRESSES.has(address)) return 'git';
  return address === 'info/lfs' || address.startsWith('info/lfs/') ? 'lfs' : 'page';
}

/** As the request's route declares it; for a request that no route took, as its path says. */
export function surfaceOf(request: { surface?: Surface; path: string }): Surface {
  return request.surface ?? surfaceOfPath(request.path);
}
