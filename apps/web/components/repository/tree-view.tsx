import { isMarkdown, type TreePage } from '@granary/api-contract';
import { BookOpen, History } from 'lucide-react';
import { AddButtons } from '@/components/edit/add-buttons';
import { RenderedView } from '@/components/code/rendered-view';
import { Link } from '@/components/ui/link';
import { Pagination } from '@/components/ui/pagination';
import { Panel } from '@/components/ui/panel';
import { UserText } from '@/components/ui/user-text';
import { blobUrl, commitsUrl, treeUrl } from '@/lib/repository-url';
import { countOf } from '@/lib/text/quantity';
import { CloneMenu } from './clone-menu';
import { CommitLine } from './commit-line';
import { DownloadMenu } from './download-menu';
import { EmptyRepository } from './empty-repository';
import { RefToolbar } from './ref-toolbar';
import { nameOf } from './repository-page';
import { TreeTable } from './tree-table';

/** A directory: its latest commit, its entries, its README. */
export function TreeView({ tree }: { tree: TreePage }) {
  if (!tree.at) return <EmptyRepository repository={tree.repository} tagCount={tree.tag_count} />;
  const { at, readme } = tree;
  const here = treeUrl(nameOf(tree.repository), at, at.path);
  // A tag may name a tree, which has no commit.
  const isCommit = tree.last_commit !== null;
  return (
    <>
      <RefToolbar frame={tree} at={at} view="tree">
        {isCommit && tree.repository.permissions.push && <AddButtons repository={nameOf(tree.repository)} at={at} />}
        {isCommit && <DownloadMenu repository={tree.repository} at={at} />}
        <CloneMenu repository={tree.repository} />
      </RefToolbar>
      <Panel label="Files" className="overflow-hidden">
        {isCommit && <TreeHeader tree={tree} at={at} />}
        <TreeTable repository={nameOf(tree.repository)} at={at} entries={tree.entries} />
      </Panel>
      {(tree.page > 1 || tree.has_next) && (
        <p className="text-ink-muted mt-3 px-1 text-center text-[0.8125rem] tabular-nums">
          {countOf(tree.entry_count, 'entry', 'entries')} in this directory
        </p>
      )}
      <Pagination
        page={tree.page}
        hasNext={tree.has_next}
        hrefOf={(page) => (page === 1 ? here : `${here}?page=${page}`)}
      />
      {readme && <Readme tree={tree} at={at} readme={readme} />}
    </>
  );
}

type At = NonNullable<TreePage['at']>;

function TreeHeader({ tree, at }: { tree: TreePage; at: At }) {
  const name = nameOf(tree.repository);
  return (
    <div className="border-line bg-sunken flex items-center gap-4 border-b px-4 py-2.5">
      {tree.last_commit && <CommitLine repository={name} commit={tree.last_commit} />}
      <Link
        href={commitsUrl(name, at, at.path)}
        className="text-ink-muted hover:text-ink flex min-h-6 min-w-6 shrink-0 items-center justify-center gap-1.5 text-[0.8125rem] hover:underline"
      >
        <History aria-hidden className="size-4" />
        <span className="max-sm:sr-only">
          {tree.commit_count !== null && at.path === '' ? countOf(tree.commit_count, 'commit') : 'History'}
        </span>
      </Link>
    </div>
  );
}

function Readme({ tree, at, readme }: { tree: TreePage; at: At; readme: NonNullable<TreePage['readme']> }) {
  const name = nameOf(tree.repository);
  return (
    <Panel label="Readme" className="mt-5">
      <h2 className="border-line flex items-center gap-2 border-b px-4 py-2.5 font-medium">
        <BookOpen aria-hidden className="text-ink-muted size-4" />
        <Link href={blobUrl(name, at, readme.path)} className="hover:underline">
          <UserText text={readme.path.split('/').at(-1) ?? ''} />
        </Link>
      </h2>
      <RenderedView rendered={readme.rendered} isProse={isMarkdown(readme.path)} />
      {readme.truncated && (
        <p className="text-ink-muted px-4 pb-6 sm:px-8">This file is long: only its beginning is shown.</p>
      )}
    </Panel>
  );
}
