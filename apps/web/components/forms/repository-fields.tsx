import type { RepositoryName } from '@/lib/repository-url';

/** Tells a settings form which repository it is about; see `repository` in lib/forms/fields.ts. */
export function RepositoryFields({ repository }: { repository: RepositoryName }) {
  return (
    <>
      <input type="hidden" name="repository_owner" value={repository.owner} />
      <input type="hidden" name="repository_name" value={repository.name} />
    </>
  );
}
