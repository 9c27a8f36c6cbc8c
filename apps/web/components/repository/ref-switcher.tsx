'use client';

import { Check, ChevronDown, GitBranch, GitCommitHorizontal, Tag } from 'lucide-react';
import { useState } from 'react';
import { buttonClass } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { Menu } from '@/components/ui/menu';
import { MenuLink, MenuSection } from '@/components/ui/menu-item';
import { UserText } from '@/components/ui/user-text';
import {
  atOf,
  branchesUrl,
  encodePath,
  refViewUrl,
  tagsUrl,
  type RefView,
  type RepositoryName,
} from '@/lib/repository-url';
import { formatCount } from '@/lib/text/quantity';
import { visibleName } from '@/lib/text/visible-text';

export interface RefSwitcherProps {
  repository: RepositoryName;
  /** The kind of page to stay on, and where in the tree. */
  view: RefView;
  path: string;
  current: { ref: string; kind: 'branch' | 'tag' | 'commit' };
  branches: string[];
  tags: string[];
  branchCount: number;
  tagCount: number;
}

const ICONS = { branch: GitBranch, tag: Tag, commit: GitCommitHorizontal };
const MOST = { shown: 25, characters: 100_000 };

/** Names that hold all typed words, the current one first. */
function matching(names: string[], filter: string, current: string): string[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const found = names.filter((name) => words.every((word) => name.toLowerCase().includes(word)));
  return found.includes(current) ? [current, ...found.filter((name) => name !== current)] : found;
}

export function RefSwitcher(props: RefSwitcherProps) {
  const { repository, current, branches, tags, branchCount, tagCount } = props;
  const [filter, setFilter] = useState('');
  const Icon = ICONS[current.kind];
  const label = visibleName(current.kind === 'commit' ? current.ref.slice(0, 10) : current.ref);
  return (
    <Menu
      label={`Switch branch or tag, now ${current.kind} ${label}`}
      triggerClassName={`${buttonClass()} max-w-full`}
      className="flex max-h-[min(30rem,70vh)] w-80 flex-col overflow-hidden"
      trigger={
        <>
          <Icon aria-hidden className="text-ink-muted" />
          <span className="max-w-48 truncate">
            <bdi>{label}</bdi>
          </span>
          <ChevronDown aria-hidden className="text-ink-muted" />
        </>
      }
    >
      <div className="border-line border-b p-2">
        <input
          type="search"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          aria-label="Filter branches and tags"
          placeholder="Filter branches and tags"
          autoComplete="off"
          className="border-line-strong bg-surface placeholder:text-ink-muted rounded-control h-8 w-full border px-2.5 focus-visible:outline-offset-0 pointer-coarse:h-10"
        />
      </div>
      <div className="overflow-y-auto overscroll-contain">
        <RefLinks {...props} title="Branches" kind="branch" names={matching(branches, filter, current.ref)} />
        {tagCount > 0 && <RefLinks {...props} title="Tags" kind="tag" names={matching(tags, filter, current.ref)} />}
      </div>
      <div className="border-line text-ink-muted flex gap-4 border-t px-4 py-2.5 text-[0.8125rem]">
        <MenuFootLink href={branchesUrl(repository)} label={`All ${formatCount(branchCount)} branches`} />
        {tagCount > 0 && <MenuFootLink href={tagsUrl(repository)} label={`All ${formatCount(tagCount)} tags`} />}
      </div>
    </Menu>
  );
}

function MenuFootLink({ href, label }: { href: string; label: string }) {
  return (
    <Link href={href} className="hover:text-ink underline underline-offset-3">
      {label}
    </Link>
  );
}

interface RefLinksProps extends RefSwitcherProps {
  title: string;
  kind: 'branch' | 'tag';
  names: string[];
}

function RefLinks({ repository, view, path, current, title, kind, names }: RefLinksProps) {
  // Each address repeats the path.
  const shown = names.slice(0, Math.min(MOST.shown, Math.ceil(MOST.characters / encodePath(path).length)));
  return (
    <MenuSection title={title}>
      {shown.map((name) => {
        const isCurrent = kind === current.kind && name === current.ref;
        return (
          <MenuLink key={name} href={refViewUrl(repository, view, atOf({ kind, ref: name }, path))} current={isCurrent}>
            <span className="min-w-0 flex-1 wrap-anywhere">
              <UserText text={name} />
            </span>
            {isCurrent && <Check aria-hidden />}
          </MenuLink>
        );
      })}
      {names.length === 0 && <p className="text-ink-muted px-2.5 py-1.5">None of that name.</p>}
      {names.length > shown.length && (
        <p className="text-ink-muted px-2.5 py-1.5 text-[0.8125rem]">
          and {formatCount(names.length - shown.length)} more: type to narrow them down
        </p>
      )}
    </MenuSection>
  );
}
