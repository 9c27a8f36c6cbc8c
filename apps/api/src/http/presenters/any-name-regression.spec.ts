import { branchRef } from '@granary/api-contract';
import type { DiffFile, Verification } from '@granary/forge';
import type { LogRecord } from '@granary/wire';
import fc from 'fast-check';
import { presentEntry, presentRef, type BrowseFacts } from './browse.presenter';
import { presentCommitDetail, presentRestCommit, urlsOf } from './commit.presenter';
import { presentEntryContent } from './contents.presenter';
import { presentTree } from './tree.presenter';

const SHA = '0123456789'.repeat(4);
const HIDDEN = '\u202e\u2066\u200f\u061c\u0001\u001b[2J\u007f\u0085\u2028\u200b\ufeff\r\n😀';
const urls = urlsOf('ada/orchard', 'https://hub.example');
const facts: BrowseFacts = {
  usersByEmail: new Map(),
  lfs: { linkedOids: new Set(), elsewhere: null },
  locks: new Map(),
  baseUrl: 'https://hub.example',
};
const verification: Verification = { verified: false, reason: 'unsigned', signature: null, payload: null } as never;

function recordOf(text: string): LogRecord {
  const person = { name: text, email: `${text}@b.org`, date: '2026-01-01T00:00:00+00:00' };
  return {
    sha: SHA,
    tree: SHA,
    parents: [SHA],
    author: person,
    committer: person,
    message: text,
    subject: text,
    body: text,
  };
}

const fileOf = (path: string): DiffFile => ({
  ...{ status: 'renamed', oldPath: `${path}0`, newPath: path, oldMode: '100644', newMode: '100644' },
  ...{
    oldOid: SHA,
    newOid: SHA,
    binary: false,
    additions: 1,
    deletions: 0,
    truncated: false,
    oldLfs: null,
    newLfs: null,
  },
  hunks: [{ header: '@@ -1 +1 @@', lines: [{ kind: 'add', oldLine: null, newLine: 1, text: path }] }],
});

/** The path that an address stands for, by whoever reads it. */
const pathBehind = (address: string, marker: string) =>
  decodeURIComponent(new URL(address).pathname.split(marker)[1] ?? '').replace(/^\//, '');

/** Printable, and nothing that would end an address or a header. */
const ADDRESS = /^https:\/\/hub\.example\/[\w\-.~!*'()%/?=&]+$/;

const character = fc.oneof(fc.integer({ min: 1, max: 0xff }), fc.integer({ min: 1, max: 0x10ffff }));
const written = fc.array(character, { minLength: 1, maxLength: 12 }).map((codes) => String.fromCodePoint(...codes));
const segment = written.filter((text) => {
  const isWhole = Buffer.from(text).toString() === text;
  return isWhole && !text.includes('/') && !/^\.\.?$/.test(text) && !/^".*\\.*"$/s.test(text);
});

it('tells any path as it is, by addresses that lead to it', () => {
  fc.assert(
    fc.property(fc.array(segment, { minLength: 1, maxLength: 4 }), (segments) => {
      const path = segments.join('/');
      const entry = { path, kind: 'blob' as const, oid: SHA, sizeBytes: 1 };
      const content = presentEntryContent(entry, { at: branchRef('main'), urls });
      const [file] =
        presentCommitDetail({ commit: recordOf('x'), files: [fileOf(path)], additions: 1, deletions: 0 } as never, {
          verification,
          facts,
          urls,
        }).files ?? [];
      expect([content.path, file?.filename, file?.previous_filename]).toEqual([path, path, `${path}0`]);
      for (const address of [content.html_url, content.download_url, content.url, file?.blob_url, file?.raw_url])
        expect(address).toMatch(ADDRESS);
      expect(pathBehind(content.html_url ?? '', '/blob/main')).toBe(path);
      expect(pathBehind(content.download_url ?? '', '/raw/main')).toBe(path);
      expect(pathBehind(content.url, '/contents')).toBe(path);
      expect(pathBehind(file?.blob_url ?? '', `/blob/${SHA}`)).toBe(path);
      expect(file?.patch?.endsWith(`+${path}`)).toBe(true);
    }),
  );
});

it.each([
  ['hidden characters', HIDDEN],
  ['10,000 characters', 'ä😀'.repeat(3_334)],
])('tells programs whole what a commit of %s says, and pages what a person can read', (_what, text) => {
  const { commit } = presentRestCommit(recordOf(text), { verification, facts, urls });
  expect(commit).toMatchObject({ message: text, author: { name: text, email: `${text}@b.org` } });
  const { last_commit: last, name } = presentEntry(
    { name: text, path: text, type: 'blob', mode: '100644', oid: SHA, sizeBytes: 1, blobSizeBytes: 1, lfs: null },
    { lastCommit: recordOf(text), submoduleUrl: null },
    facts,
  );
  expect(name).toBe(text);
  expect(last?.author.name.length).toBeLessThanOrEqual(256);
  expect(last?.author.name).not.toMatch(/\p{Surrogate}/u);
});

it('tells names of refs and trees as they are', () => {
  const ref = {
    name: `a${HIDDEN}`,
    fullName: `refs/heads/a${HIDDEN}`,
    kind: 'branch' as const,
    sha: SHA,
    type: 'commit' as const,
    tagOid: null,
  };
  expect(presentRef(ref)).toMatchObject({ name: ref.name, full_name: ref.fullName });
  const records = [{ path: HIDDEN, mode: '100644', type: 'blob', oid: SHA, sizeBytes: 1 }] as never;
  expect(presentTree(records, { sha: SHA, isTruncated: false, api: urls.api }).tree[0]).toMatchObject({ path: HIDDEN });
});

it('hands out no address that no request has room for: the content is at git_url', () => {
  const shown = (path: string) =>
    presentEntryContent({ path, kind: 'blob', oid: SHA, sizeBytes: 1 }, { at: branchRef('main'), urls });
  expect(shown('x'.repeat(10_000)).html_url).toMatch(/x{10000}$/);
  expect(shown('ä😀'.repeat(3_334))).toMatchObject({
    ...{ html_url: null, download_url: null },
    git_url: `${urls.api}/git/blobs/${SHA}`,
  });
});
