import type { RefsPage, Repository } from '@granary/api-contract';
import { Download, GitBranch, History, ShieldCheck, Tag, Trash2 } from 'lucide-react';
import { RepositoryFields } from '@/components/forms/repository-fields';
import { DeleteForm } from '@/components/forms/delete-form';
import { Badge } from '@/components/ui/badge';
import { ButtonLink } from '@/components/ui/button';
import { Link } from '@/components/ui/link';
import { Row } from '@/components/ui/row-list';
import { deleteRef } from '@/lib/actions/ref';
import { archiveUrl, commitsUrl, rawUrl, treeUrl } from '@/lib/repository-url';
import { TAG } from '@/lib/signature-text';
import { visibleName } from '@/lib/text/visible-text';
import { ShaLink, shortSha } from './commit-line';
import { nameOf } from './repository-page';
import { SignatureBadge } from './signature-badge';

interface RefRowProps {
  repository: Repository;
  gitRef: RefsPage['refs'][number];
}

/** A branch or a tag. A phone goes without the ways to its history and its archive. */
export function RefRow({ repository, gitRef }: RefRowProps) {
  const Icon = gitRef.kind === 'branch' ? GitBranch : Tag;
  const name = visibleName(gitRef.name);
  const at = { kind: gitRef.kind, ref: gitRef.name };
  const page = gitRef.type === 'blob' ? rawUrl(nameOf(repository), at, '') : treeUrl(nameOf(repository), at);
  const isDefault = gitRef.kind === 'branch' && gitRef.name === repository.default_branch;
  const mayPush = repository.permissions.push;
  const actions = (
    <>
      {gitRef.type === 'commit' && (
        <span className="contents max-sm:hidden">
          <ShaLink repository={nameOf(repository)} sha={gitRef.sha} />
          <ButtonLink href={commitsUrl(nameOf(repository), at)} variant="ghost" size="small" square>
            <History aria-hidden />
            <span className="sr-only">
              Commits of <bdi>{name}</bdi>
            </span>
          </ButtonLink>
          <ButtonLink
            external
            href={archiveUrl(nameOf(repository), at, { format: 'zip' })}
            variant="ghost"
            size="small"
            square
          >
            <Download aria-hidden />
            <span className="sr-only">
              Download <bdi>{name}</bdi> as zip
            </span>
          </ButtonLink>
        </span>
      )}
      {mayPush && !isDefault && <DeleteRef repository={repository} gitRef={gitRef} />}
      {/* As wide as the button, so that the columns stand below each other. */}
      {mayPush && !gitRef.deletable && <span className="size-8 max-sm:hidden pointer-coarse:size-10" />}
    </>
  );
  return (
    <Row actions={actions} className="py-2">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="flex min-w-0 items-center gap-2.5">
          <Icon aria-hidden className="text-ink-muted size-4 shrink-0" />
          <Link href={page} className="font-medium wrap-anywhere hover:underline">
            <bdi>{name}</bdi>
          </Link>
        </span>
        {gitRef.type !== 'commit' && <Badge>{gitRef.type === 'tree' ? 'a directory' : 'a file'}</Badge>}
        {isDefault && <Badge tone="accent">default</Badge>}
        {gitRef.protected && (
          <Badge title="Settings, Protection says who may move and delete it.">
            <ShieldCheck aria-hidden />
            protected
          </Badge>
        )}
        <SignatureBadge signature={gitRef.signature} thing={TAG} />
      </div>
    </Row>
  );
}

function DeleteRef({ repository, gitRef: { kind, name, full_name, sha, deletable } }: RefRowProps) {
  const shown = visibleName(name);
  return (
    <DeleteForm
      action={deleteRef}
      trigger={
        <>
          <Trash2 aria-hidden />
          <span className="sr-only">
            Delete the {kind} <bdi>{shown}</bdi>
          </span>
        </>
      }
      triggerLook={{ variant: 'ghost', size: 'small', square: true }}
      title={
        <>
          Delete the {kind} <bdi>{shown}</bdi>?
        </>
      }
      consequence={
        <p>
          It points at <code className="font-mono">{shortSha(sha)}</code>. Commits that no other branch or tag holds are
          lost here; clones that have them can push them again.
        </p>
      }
      verb={`Delete the ${kind}`}
      isOffered={deletable}
    >
      <RepositoryFields repository={nameOf(repository)} />
      <input type="hidden" name="ref" value={full_name} />
    </DeleteForm>
  );
}
