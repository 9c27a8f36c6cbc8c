import fc from 'fast-check';
import {
  archiveUrl,
  blobUrl,
  branchRef,
  commitsUrl,
  encodePath,
  hookUrl,
  parseFullName,
  rawUrl,
  repositoryApiPath,
  repositoryUrl,
  settingsUrl,
  treeUrl,
} from './repository-url';

const kinds = fc.constantFrom('branch' as const, 'tag' as const);
const orchard = { owner: 'ada', name: 'orchard' };

describe('repository URLs', () => {
  it('keeps the slashes of a ref and of a path', () => {
    expect(treeUrl(orchard, branchRef('feature/graft'), 'docs/img')).toBe('/ada/orchard/-/tree/feature/graft/docs/img');
    expect(treeUrl(orchard, branchRef('feature/graft'))).toBe('/ada/orchard/-/tree/feature/graft');
  });

  it.each([
    ['a#b.txt', 'a%23b.txt'],
    ['what?.md', 'what%3F.md'],
    ['100%.txt', '100%25.txt'],
    ['%2F.txt', '%252F.txt'],
    ['ümlaut – x', '%C3%BCmlaut%20%E2%80%93%20x'],
    ['new\nline', 'new%0Aline'],
    ['back\\slash', 'back%5Cslash'],
  ])('escapes %j', (name, escaped) => {
    expect(blobUrl(orchard, branchRef('main'), `odd/${name}`)).toBe(`/ada/orchard/-/blob/main/odd/${escaped}`);
    expect(rawUrl(orchard, branchRef(name), 'x')).toBe(`/ada/orchard/-/raw/${escaped}/x`);
  });

  it('gives every segment back after one decoding', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 1 }), (segments) => {
        const path = segments.join('/');
        expect(encodePath(path).split('/').map(decodeURIComponent).join('/')).toBe(path);
      }),
    );
  });

  it('never lets a name add a query, a fragment or another host', () => {
    fc.assert(
      fc.property(kinds, fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (kind, ref, path) => {
        const url = new URL(commitsUrl(orchard, { kind, ref }, path), 'http://hub.test');
        expect([url.host, url.search, url.hash]).toEqual(['hub.test', '', '']);
      }),
    );
  });

  it('names archives with and without LFS content', () => {
    expect(archiveUrl(orchard, { kind: 'tag', ref: 'v1.0' }, { format: 'tar.gz' })).toBe(
      '/ada/orchard/-/archive/refs/tags/v1.0.tar.gz',
    );
    expect(archiveUrl(orchard, branchRef('topic/x'), { format: 'zip', lfs: false })).toBe(
      '/ada/orchard/-/archive/refs/heads/topic/x.zip?lfs=false',
    );
  });

  it('names the settings pages', () => {
    expect(settingsUrl(orchard)).toBe('/ada/orchard/-/settings');
    expect(settingsUrl(orchard, 'hooks')).toBe('/ada/orchard/-/settings/hooks');
    expect(hookUrl(orchard, 7)).toBe('/ada/orchard/-/settings/hooks/7');
  });

  it('names the API of a repository', () => {
    expect(repositoryApiPath('/api/v3/repos', orchard)).toBe('/api/v3/repos/ada/orchard');
    expect(repositoryUrl({ owner: 'a b', name: 'c?d' })).toBe('/a%20b/c%3Fd');
  });
});

describe('full names', () => {
  it('splits owner and name', () => {
    expect(parseFullName('ada/orchard')).toEqual(orchard);
  });
  it.each(['', 'ada', 'ada/', '/orchard', 'ada/or/chard'])('refuses %j', (text) => {
    expect(parseFullName(text)).toBeNull();
  });
});
