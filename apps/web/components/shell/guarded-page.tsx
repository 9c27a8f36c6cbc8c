import type { RepositoryFrame } from '@granary/api-contract';
import { unstable_rethrow } from 'next/navigation';
import type { ReactNode } from 'react';
import { RepositoryHeader, RepositoryPage } from '@/components/repository/repository-page';
import { ApiFailure } from '@/lib/api/failure';
import { readFrame } from '@/lib/api/repositories';
import { setPageStatus } from '@/lib/page/exchange';
import { PageNotFound } from '@/lib/page/refusal';
import type { RepositoryName } from '@/lib/repository-url';
import { failureAnswer } from './failure-answer';
import { NotFoundView } from './not-found-view';

interface PageParams {
  params: Promise<Record<string, string | string[] | undefined>>;
}

const NOT_FOUND = 404;

/**
 * A page that answers for what fails in it: React would leave such a page empty for who runs no script. What is missing
 * or fails inside a repository is told below that repository's name and tabs.
 */
export function guardedPage<P>(Page: (props: P) => Promise<ReactNode> | ReactNode) {
  return async function GuardedPage(props: P & PageParams): Promise<ReactNode> {
    try {
      return await Page(props);
    } catch (error) {
      unstable_rethrow(error);
      const repository = repositoryOf(await props.params);
      if (!(error instanceof PageNotFound)) return inFailedRepository(repository, await failureAnswer(error));
      await setPageStatus(NOT_FOUND);
      return inRepository(repository, (isThere) => <NotFoundView repository={isThere ? repository : null} />);
    }
  };
}

/** Around what is told of a missing page, if the viewer may read the repository. */
async function inRepository(
  repository: RepositoryName | null,
  viewOf: (isThere: boolean) => ReactNode,
): Promise<ReactNode> {
  const frame = repository && (await frameOf(repository));
  if (!frame || frame instanceof Error) return viewOf(false);
  return (
    <RepositoryPage frame={frame} active={null} titled>
      {viewOf(true)}
    </RepositoryPage>
  );
}

/** Around a failure: a page that failed and was not refused tells that the repository is there, if it has one. */
async function inFailedRepository(repository: RepositoryName | null, view: ReactNode): Promise<ReactNode> {
  const frame = repository && (await frameOf(repository));
  if (!repository || (frame instanceof ApiFailure && frame.status < 500)) return view;
  if (frame && !(frame instanceof Error)) return inRepository(repository, () => view);
  return (
    <>
      <RepositoryHeader repository={repository} titled />
      {view}
    </>
  );
}

function frameOf({ owner, name }: RepositoryName): Promise<RepositoryFrame | Error> {
  return readFrame(owner, name).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
}

/** The repository that an address names: `/<owner>/<name>`, and whatever follows. */
function repositoryOf({ ns, repo, rest }: Awaited<PageParams['params']>): RepositoryName | null {
  const [owner, name] = Array.isArray(rest) ? rest : [ns, repo];
  if (typeof owner !== 'string' || typeof name !== 'string') return null;
  try {
    return { owner: decodeURIComponent(owner), name: decodeURIComponent(name) };
  } catch {
    return null;
  }
}
