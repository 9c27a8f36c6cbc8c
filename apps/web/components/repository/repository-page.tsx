import type { Repository, RepositoryFrame } from '@granary/api-contract';
import { Files, GitBranch, History, Lock, Settings, Tag } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from '@/components/ui/link';
import { PageTitle } from '@/components/ui/page-title';
import { Tabs, type Tab } from '@/components/ui/tabs';
import {
  branchesUrl,
  commitsUrl,
  locksUrl,
  namespaceUrl,
  branchRef,
  repositoryUrl,
  settingsUrl,
  tagsUrl,
  type RepositoryName,
} from '@/lib/repository-url';
import { VisibilityBadge } from './visibility';

export type RepositoryTab = 'files' | 'commits' | 'branches' | 'tags' | 'locks' | 'settings';

export function nameOf({ owner, name }: Repository): RepositoryName {
  return { owner: owner.login, name };
}

function tabsOf({ repository, branch_count, tag_count }: RepositoryFrame): Tab[] {
  const name = nameOf(repository);
  const { admin, maintain } = repository.permissions;
  const tabs: Tab[] = [{ id: 'files', label: 'Files', href: repositoryUrl(name), icon: Files }];
  if (!repository.empty) {
    tabs.push(
      { id: 'commits', label: 'Commits', href: commitsUrl(name, branchRef(repository.default_branch)), icon: History },
      { id: 'branches', label: 'Branches', href: branchesUrl(name), icon: GitBranch, count: branch_count },
      { id: 'tags', label: 'Tags', href: tagsUrl(name), icon: Tag, count: tag_count },
      { id: 'locks', label: 'Locks', href: locksUrl(name), icon: Lock },
    );
  } else if (tag_count > 0) {
    tabs.push({ id: 'tags', label: 'Tags', href: tagsUrl(name), icon: Tag, count: tag_count });
  }
  const settings = settingsUrl(name, admin ? 'general' : 'hooks');
  if (admin || maintain) tabs.push({ id: 'settings', label: 'Settings', href: settings, icon: Settings });
  return tabs;
}

interface RepositoryPageProps {
  frame: RepositoryFrame;
  /** Null: none of them. */
  active: RepositoryTab | null;
  /** Of the window, before the repository's name. */
  title?: string;
  /** The page has a heading of its own; otherwise the repository's name is it. */
  titled?: boolean;
  children: ReactNode;
}

interface RepositoryHeaderProps {
  repository: RepositoryName;
  visibility?: Repository['visibility'];
  /** The page has a heading of its own. */
  titled: boolean;
}

export function RepositoryHeader({ repository, visibility, titled }: RepositoryHeaderProps) {
  const Heading = titled ? 'p' : 'h1';
  return (
    <div className="-mt-1 mb-2 flex flex-wrap items-center gap-x-3 gap-y-1">
      <Heading className="text-lg tracking-tight wrap-anywhere">
        <Link href={namespaceUrl(repository.owner)} className="text-ink-muted hover:text-ink hover:underline">
          {repository.owner}
        </Link>
        <span aria-hidden className="text-ink-muted px-1.5">
          /
        </span>
        <Link href={repositoryUrl(repository)} className="font-semibold hover:underline">
          {repository.name}
        </Link>
      </Heading>
      {visibility && <VisibilityBadge visibility={visibility} />}
    </div>
  );
}

/** What stands above every page of a repository: its name, and its parts as tabs. */
export function RepositoryPage({ frame, active, title, titled = false, children }: RepositoryPageProps) {
  const { repository } = frame;
  return (
    <>
      {/* What is told in the place of a page has a title of its own. */}
      {active !== null && <PageTitle title={title ? `${title} · ${repository.full_name}` : repository.full_name} />}
      <RepositoryHeader repository={nameOf(repository)} visibility={repository.visibility} titled={titled} />
      <div className="border-line mb-5 border-b">
        <div className="-mb-px">
          <Tabs tabs={tabsOf(frame)} active={active} label="Repository" />
        </div>
      </div>
      {children}
    </>
  );
}
