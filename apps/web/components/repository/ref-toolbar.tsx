import type { At, RepositoryFrame } from '@granary/api-contract';
import type { ReactNode } from 'react';
import { Breadcrumbs, crumbsOf, type Crumb } from '@/components/ui/breadcrumbs';
import { treeUrl, type RefView } from '@/lib/repository-url';
import { RefSwitcher } from './ref-switcher';
import { nameOf } from './repository-page';

interface RefToolbarProps {
  frame: RepositoryFrame;
  at: At;
  view: RefView;
  children?: ReactNode;
}

/** The directories above a path, each a link; the last segment is the page itself. */
export function pathCrumbs(frame: RepositoryFrame, at: At): Crumb[] {
  const name = nameOf(frame.repository);
  const crumbs = crumbsOf(at.path, (directory) => treeUrl(name, at, directory));
  return [{ label: name.name, href: treeUrl(name, at) }, ...crumbs];
}

/** Which ref, and where in it; what can be done there stands at the end. */
export function RefToolbar({ frame, at, view, children }: RefToolbarProps) {
  return (
    <div className="relative mb-4 flex flex-wrap items-center gap-x-3 gap-y-2.5">
      <RefSwitcher
        key={`${at.kind}:${at.ref}:${at.path}`}
        repository={nameOf(frame.repository)}
        view={view}
        path={at.path}
        current={{ ref: at.ref, kind: at.kind }}
        branches={frame.branches.map(({ name }) => name)}
        tags={frame.tags.filter(({ type }) => type === 'commit').map(({ name }) => name)}
        branchCount={frame.branch_count}
        tagCount={frame.tag_count}
      />
      {at.path !== '' && (
        <div className="order-last w-full min-w-0 sm:order-none sm:w-auto sm:flex-1">
          <Breadcrumbs crumbs={pathCrumbs(frame, at)} label="Path" />
        </div>
      )}
      {children && <div className="ml-auto flex flex-wrap items-center justify-end gap-2">{children}</div>}
    </div>
  );
}
