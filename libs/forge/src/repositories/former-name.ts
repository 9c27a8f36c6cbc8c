import type { EntityManager } from 'typeorm';
import { foldName } from '../identity/name.policy';
import type { Repository } from './repository.entity';

/** The name that the repository is about to leave leads to it from now on, and the new one to no other any more. */
export async function keepFormerName(
  manager: EntityManager,
  { namespaceId, nameFolded, id }: Pick<Repository, 'namespaceId' | 'nameFolded' | 'id'>,
  name: string,
): Promise<void> {
  await manager.query('DELETE FROM repository_redirects WHERE namespace_id = $1 AND name_folded = $2', [
    namespaceId,
    foldName(name),
  ]);
  if (foldName(name) === nameFolded) return;
  await manager.query(
    `INSERT INTO repository_redirects (namespace_id, name_folded, repository_id) VALUES ($1, $2, $3)
     ON CONFLICT (namespace_id, name_folded) DO UPDATE SET repository_id = $3`,
    [namespaceId, nameFolded, id],
  );
}
