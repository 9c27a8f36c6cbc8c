import type { CommitPage, JudgedCommit, RefsPage, Repository, RepositoryFrame, TreeEntry } from '@granary/api-contract';
import { createElement, type ComponentType } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { SymlinkView } from './code/symlink-view';
import { CommitHeader } from './diff/commit-header';
import { DiffTitle } from './diff/diff-file';
import { CommitLine } from './repository/commit-line';
import { CommitList } from './repository/commit-list';
import { DownloadMenu } from './repository/download-menu';
import { RefList } from './repository/ref-list';
import { RefToolbar } from './repository/ref-toolbar';
import { RepositoryAbout } from './repository/repository-about';
import { RepositoryList } from './repository/repository-list';
import { treeRows } from './repository/tree-rows';
import { UserMenu } from './shell/user-menu';
import { crumbsOf } from './ui/breadcrumbs';

/** Text that turns around, moves the cursor, rings, ends a line and has no width, and characters of two halves. */
const HIDDEN = '\u202e\u2066\u200f\u061c\u0001\u0007\u001b[2J\u007f\u0085\u2028\u200b\ufeff\u00ad😀';
const UNSEEN = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\ufeff\u00ad\p{Surrogate}]/u;
/** No line of its own goes from right to left but this one. */
const HEBREW = 'שלום 1';

const SHA = '0123456789'.repeat(4);
const repository = {
  ...{ id: 1, name: 'orchard', full_name: 'ada/orchard', owner: { login: 'ada', id: 1 }, empty: false },
  ...{ default_branch: 'main', visibility: 'public', permissions: { push: true }, lfs_object_count: 0 },
  ...{ git_size_bytes: 1, pushed_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' },
} as unknown as Repository;
const name = { owner: 'ada', name: 'orchard' };

function commitBy(text: string): JudgedCommit {
  const author = { name: text, email: `${text}@b.org`, date: '2026-01-01T00:00:00Z', user: null };
  return {
    sha: SHA,
    subject: text,
    body: text,
    author,
    committer: { ...author, name: `${text}2` },
    parents: [],
    signature: null,
  };
}

function render<P extends object>(component: ComponentType<P>, props: P): string {
  return renderToStaticMarkup(createElement(component, props));
}

const at = (text: string) => ({ ref: text, kind: 'branch' as const, sha: SHA, path: `${text}/${text}` });
const refNamed = (text: string, kind: 'branch' | 'tag') => ({
  ...{ name: text, full_name: `refs/heads/${text}`, kind, sha: SHA, type: 'commit' as const },
  ...{ protected: false, deletable: true, signature: null },
});
const frame = (text: string): RepositoryFrame => ({
  repository,
  branches: [refNamed(text, 'branch')],
  tags: [refNamed(text, 'tag')],
  ...{ branch_count: 1, tag_count: 1 },
});
const refs = (text: string, kind: 'branch' | 'tag'): RefsPage =>
  ({ ...frame(text), refs: [refNamed(text, kind)], page: 1, has_next: false }) as RefsPage;
const file = (text: string) => ({ old_path: text, new_path: `${text}2` }) as CommitPage['files'][number];
const user = (text: string) => ({ login: 'ada', id: 1, name: text, site_admin: false });

const PARTS: Record<string, (text: string) => string> = {
  'a history': (text) => render(CommitList, { repository: name, commits: [commitBy(text)] }),
  'the latest commit': (text) => render(CommitLine, { repository: name, commit: commitBy(text) }),
  'a commit': (text) => render(CommitHeader, { page: { repository, commit: commitBy(text) } as CommitPage }),
  'a renamed file': (text) => render(DiffTitle, { file: file(text) }),
  'the branches': (text) => render(RefList, { list: refs(text, 'branch'), kind: 'branch', filter: '', path: '/x' }),
  'the tags': (text) => render(RefList, { list: refs(text, 'tag'), kind: 'tag', filter: '', path: '/x' }),
  'a path': (text) => render(RefToolbar, { frame: frame(text), at: at(text), view: 'tree' }),
  'the archives': (text) => render(DownloadMenu, { repository, at: at(text) }),
  'a symbolic link': (text) => render(SymlinkView, { repository: name, at: at('main'), target: text }),
  'a description': (text) => render(RepositoryAbout, { repository: { ...repository, description: text } }),
  'a list of repositories': (text) =>
    render(RepositoryList, { repositories: [{ ...repository, description: text }], label: 'x' }),
  'an account': (text) => render(UserMenu, { user: user(text) as Parameters<typeof UserMenu>[0]['user'] }),
};

function rows(text: string): string {
  const kinds = ['tree', 'blob', 'symlink', 'submodule'] as const;
  const entries = kinds.map((type): TreeEntry => ({
    ...{ name: text, path: text, type, mode: '100644', oid: SHA, size_bytes: 1, lfs: null, lock: null },
    ...{ submodule_url: null, last_commit: commitBy(text) },
  }));
  return treeRows({
    repository: name,
    at: { ref: 'main', kind: 'branch', sha: SHA, path: '' },
    entries,
    now: new Date(0),
  });
}

/** What a reader sees or hears of the page beside what stands apart in `<bdi>` or lines of its own. */
const besideNames = (html: string) =>
  html.replace(/<bdi>.*?<\/bdi>|<pre dir="auto".*?<\/pre>/gs, '').replace(/<[^>]*>/g, ' ');

describe.each(Object.entries(PARTS))('%s', (_what, part) => {
  it('shows what hides in the names', () => {
    const html = part(`a${HIDDEN}b`);
    // What a form sends back is sent as it is.
    expect(html.replace(/ value="[^"]*"/g, '')).not.toMatch(UNSEEN);
    expect(html).toContain('U+202E');
  });

  it('lets no name from right to left turn around what stands beside it', () => {
    const html = part(HEBREW);
    expect(html).toContain('<bdi>');
    expect(besideNames(html)).not.toMatch(/\p{Script=Hebrew}/u);
  });

  it('is no larger for a name of 10,000 characters than a page may be', () => {
    for (const long of ['x'.repeat(10_000), '😀ä'.repeat(5_000)]) {
      const html = part(long);
      expect(html.length).toBeLessThan(900_000);
      expect(html.replace(/ (?:href|value)="[^"]*"/g, '').length).toBeLessThan(60_000);
      expect(html).not.toMatch(/\p{Surrogate}|%(?:ED%A0|EF%BF%BD)/u);
    }
  });
});

describe('the rows of a directory', () => {
  it('show what hides in the names', () => {
    expect(rows(`a${HIDDEN}b`)).not.toMatch(UNSEEN);
  });

  it('link a name of any length that an address has room for, and show others', () => {
    expect(rows('x'.repeat(10_000))).toContain(`/-/blob/main/${'x'.repeat(10_000)}"`);
    const html = rows('ä😀'.repeat(5_000));
    expect(html).toContain('too long for an address');
    expect(html.length).toBeLessThan(30_000);
    expect(html).not.toMatch(/\p{Surrogate}/u);
  });
});

it('leaves the middle of a very deep path out of its links, and nothing of others', () => {
  const links = (depth: number) => crumbsOf(Array(depth).fill('d').join('/'), (directory) => directory);
  expect(links(20)).toHaveLength(20);
  expect(links(3).map(({ href }) => href)).toEqual(['d', 'd/d', undefined]);
  const deep = links(990);
  expect(deep).toHaveLength(21);
  expect(deep[4]).toEqual({ label: '…' });
  expect(deep.at(-2)?.href).toBe(Array(989).fill('d').join('/'));
});
