import type { Repository } from '@granary/api-contract';
import { PackageOpen } from 'lucide-react';
import { AddButtons } from '@/components/edit/add-buttons';
import { CopyField } from '@/components/ui/copy-field';
import { CommandBlock } from '@/components/ui/command-block';
import { EmptyState } from '@/components/ui/empty-state';
import { Panel, PanelHeader } from '@/components/ui/panel';
import { Segmented } from '@/components/ui/segmented';
import { TextLink } from '@/components/ui/link';
import { branchRef, tagsUrl } from '@/lib/repository-url';
import { countOf } from '@/lib/text/quantity';

/** What is there before the first branch. */
function TagsAlone({ repository: { owner, name }, tagCount }: { repository: Repository; tagCount: number }) {
  return (
    <p>
      <TextLink href={tagsUrl({ owner: owner.login, name })}>{countOf(tagCount, 'tag')}</TextLink>{' '}
      {tagCount === 1 ? 'leads' : 'lead'} to what has been pushed so far.
    </p>
  );
}

function newRepository({ name, default_branch }: Repository, url: string): string[] {
  return [
    `git init -b ${default_branch} ${name}`,
    `cd ${name}`,
    'git lfs install',
    'git lfs track "*.psd" "*.zip" "*.bin"',
    `echo "# ${name}" > README.md`,
    'git add .',
    'git commit -m "First commit"',
    `git remote add origin ${url}`,
    `git push -u origin ${default_branch}`,
  ];
}

function existingRepository({ default_branch }: Repository, url: string): string[] {
  return [
    `git remote add origin ${url}`,
    `git branch -M ${default_branch}`,
    'git push -u origin --all',
    'git push origin --tags',
  ];
}

function FirstPush({ repository, url }: { repository: Repository; url: string }) {
  return (
    <div className="grid gap-5 lg:grid-cols-2">
      <div className="min-w-0 lg:col-span-2">
        <CopyField value={url} label="Clone URL" />
      </div>
      <div className="min-w-0 space-y-2">
        <h3 className="font-medium">Start a new repository</h3>
        <CommandBlock commands={newRepository(repository, url)} label="Start a new repository" />
        <p className="text-ink-muted text-[0.8125rem]">
          The <code className="font-mono">git lfs</code> lines keep large files out of the history; name the kinds you
          have.
        </p>
      </div>
      <div className="min-w-0 space-y-2">
        <h3 className="font-medium">Push one that you have</h3>
        <CommandBlock commands={existingRepository(repository, url)} label="Push an existing repository" />
        <p className="text-ink-muted text-[0.8125rem]">
          Files in Git LFS are uploaded before the commits that need them.
        </p>
      </div>
    </div>
  );
}

/** A repository without a branch: how to put something into it, for those who may. */
export function EmptyRepository({ repository, tagCount }: { repository: Repository; tagCount: number }) {
  const tags = tagCount > 0 && <TagsAlone repository={repository} tagCount={tagCount} />;
  if (!repository.permissions.push) {
    return (
      <Panel>
        <EmptyState icon={PackageOpen} title={tags ? 'No branch has been pushed yet' : 'Nothing has been pushed yet'}>
          {tags || <p>Files and commits appear here after the first push.</p>}
        </EmptyState>
      </Panel>
    );
  }
  const { clone_url, ssh_url } = repository;
  const overHttp = <FirstPush repository={repository} url={clone_url} />;
  return (
    <Panel label="First push">
      <PanelHeader
        title={tags ? 'This repository has no branch yet' : 'This repository is empty'}
        actions={
          <AddButtons
            repository={{ owner: repository.owner.login, name: repository.name }}
            at={branchRef(repository.default_branch)}
          />
        }
        description={
          <>
            Over HTTP, sign in with your name and an <TextLink href="/settings/tokens">access token</TextLink>; over
            SSH, add your <TextLink href="/settings/keys">public key</TextLink> first.
          </>
        }
      />
      <div className="space-y-4 p-4">
        {tags}
        {ssh_url ? (
          <Segmented
            name="first-push"
            legend="Protocol"
            segments={[
              { id: 'first', label: clone_url.startsWith('https:') ? 'HTTPS' : 'HTTP', panel: overHttp },
              { id: 'second', label: 'SSH', panel: <FirstPush repository={repository} url={ssh_url} /> },
            ]}
          />
        ) : (
          overHttp
        )}
      </div>
    </Panel>
  );
}
