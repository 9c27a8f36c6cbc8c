import { z } from 'zod';

/** Of an object, in either format of ids. */
export const Sha = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'must be a whole object id in lower case');

/** GitHub's `GET /api/v3/repos/:o/:r/git/ref/*`, `git/matching-refs/*`. */
export const GitRef = z.object({
  /** Full name: `refs/heads/main`. */
  ref: z.string(),
  node_id: z.string(),
  url: z.string(),
  object: z.object({ type: z.enum(['commit', 'tag', 'tree', 'blob']), sha: z.string(), url: z.string() }),
});
export type GitRef = z.infer<typeof GitRef>;

/** `GET /api/v3/repos/:o/:r/tags`: those of commits. */
export const Tag = z.object({
  name: z.string(),
  commit: z.object({ sha: z.string().nullable(), url: z.string() }),
  zipball_url: z.string(),
  tarball_url: z.string(),
  node_id: z.string(),
});
export type Tag = z.infer<typeof Tag>;

/** `POST …/git/refs`; `ref` is a full name. 422 where it exists or the object does not, 403 where a rule refuses. */
export const CreateGitRef = z.object({ ref: z.string(), sha: Sha });
export type CreateGitRef = z.infer<typeof CreateGitRef>;

/** `PATCH …/git/refs/*`. 422 when it is no fast-forward and `force` was not given. */
export const UpdateGitRef = z.object({ sha: Sha, force: z.boolean().default(false) });
export type UpdateGitRef = z.infer<typeof UpdateGitRef>;
