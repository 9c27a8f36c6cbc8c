import { z } from 'zod';
import { isBase64 } from './base64';
import { Sha } from './refs';

const Person = z.object({
  name: z.string().min(1).max(255),
  email: z.string().min(1).max(255),
  /** With the offset that the object keeps. Now, in UTC, where it is left out. */
  date: z.iso.datetime({ offset: true }).optional(),
});

/** `POST /api/v3/repos/:o/:r/git/blobs`, answered by {@link CreatedGitBlob}. */
export const CreateGitBlob = z
  .object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') })
  .refine(({ content, encoding }) => encoding === 'utf-8' || isBase64(content), {
    path: ['content'],
    message: 'content is no base64',
  });
export type CreateGitBlob = z.infer<typeof CreateGitBlob>;
export const CreatedGitBlob = z.object({ sha: z.string(), url: z.string() });
export type CreatedGitBlob = z.infer<typeof CreatedGitBlob>;

/** `POST …/git/trees`: what a `sha` of null names is taken out of `base_tree`, and `content` makes a file of its text. */
export const CreateGitTree = z
  .object({
    base_tree: Sha.nullish(),
    tree: z.array(
      z
        .object({
          path: z.string(),
          mode: z.enum(['100644', '100755', '040000', '160000', '120000']).default('100644'),
          type: z.enum(['blob', 'tree', 'commit']).optional(),
          sha: Sha.nullish(),
          content: z.string().optional(),
        })
        .refine(({ sha, content }) => (sha === undefined) !== (content === undefined), {
          message: 'an entry has either a sha or a content',
        }),
    ),
  })
  .refine(({ base_tree, tree }) => tree.length > 0 || typeof base_tree === 'string', {
    path: ['tree'],
    message: 'tree must name at least one entry',
  });
export type CreateGitTree = z.infer<typeof CreateGitTree>;

/** `POST …/git/commits`. The message is kept to the byte: a `signature` was made over it. */
export const CreateGitCommit = z.object({
  message: z.string(),
  tree: Sha,
  parents: z.array(Sha).max(100).default([]),
  author: Person.optional(),
  committer: Person.optional(),
  signature: z.string().min(1).nullish(),
});
export type CreateGitCommit = z.infer<typeof CreateGitCommit>;

/** `POST …/git/tags`: an annotated tag. Its ref is made by `POST …/git/refs`. */
export const CreateGitTag = z.object({
  tag: z.string().min(1),
  message: z.string(),
  object: Sha,
  type: z.enum(['commit', 'tree', 'blob', 'tag']),
  tagger: Person.optional(),
});
export type CreateGitTag = z.infer<typeof CreateGitTag>;
