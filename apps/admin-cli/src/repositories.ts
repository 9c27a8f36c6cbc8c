import {
  fullName,
  MaintenanceService,
  RepositoryAccessService,
  RepositoryListsService,
  repositoryNotFound,
  type OpenRepository,
} from '@granary/forge';
import type { INestApplicationContext } from '@nestjs/common';
import { UsageError } from './command';
import { OPERATOR } from './operator';

interface Path {
  namespace: string;
  name: string;
}

/** @throws UsageError */
export function parsePath(text: string): Path {
  const [namespace = '', name = '', ...rest] = text.replace(/\.git$/, '').split('/');
  if (!namespace || !name || rest.length > 0) throw new UsageError(`"${text}" is no NAMESPACE/NAME`);
  return { namespace, name };
}

/** @throws DomainError `repository_not_found` */
export async function openAsOperator(app: INestApplicationContext, path: Path): Promise<OpenRepository> {
  const found = await app.get(RepositoryAccessService).find(OPERATOR, path);
  if (!found) throw repositoryNotFound();
  return found;
}

/** Ids and names of the repositories that are meant: one, or all. */
export async function targetsOf(app: INestApplicationContext, only: Path | null): Promise<Map<number, string>> {
  if (!only) return app.get(RepositoryListsService).fullNames(await app.get(MaintenanceService).repositoryIds());
  const { repository } = await openAsOperator(app, only);
  return new Map([[repository.id, fullName(repository)]]);
}
