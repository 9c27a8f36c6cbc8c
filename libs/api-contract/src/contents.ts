import { z } from 'zod';
import { Base64 } from './base64';
import { GitCommit } from './commits';
import { LfsPlace } from './lfs-place';

const Links = z.object({ self: z.string(), git: z.string().nullable(), html: z.string().nullable() });

/** An entry of `GET /api/v3/repos/:o/:r/contents[/*path]`. */
export const ContentEntry = z.object({
  /** As GitHub has it, a submodule in a listing is called a file. */
  type: z.enum(['file', 'dir', 'symlink', 'submodule']),
  name: z.string(),
  path: z.string(),
  sha: z.string(),
  /** Bytes in Git: of an LFS file, its pointer's. */
  size: z.number(),
  url: z.string(),
  git_url: z.string().nullable(),
  html_url: z.string().nullable(),
  download_url: z.string().nullable(),
  _links: Links,
  /** Ours: what the pointer stands for, whether this repository has it, and where clients look for it otherwise (null: here). */
  lfs: z.object({ oid: z.string(), size: z.number(), present: z.boolean(), elsewhere: LfsPlace.nullable() }).optional(),
});
export type ContentEntry = z.infer<typeof ContentEntry>;

export const ContentFile = ContentEntry.extend({
  type: z.enum(['file', 'symlink', 'submodule']),
  /** Base64 in lines; empty where `encoding` is `none`: above 1 MiB. */
  content: z.string().optional(),
  encoding: z.enum(['base64', 'none']).optional(),
  /** Of a submodule: as `.gitmodules` has it. */
  submodule_git_url: z.string().nullable().optional(),
  /** Of a symbolic link that leads to no file of the repository; others are shown as what they lead to. */
  target: z.string().optional(),
});
export type ContentFile = z.infer<typeof ContentFile>;

const Person = z.object({
  name: z.string().min(1).max(255),
  email: z.string().min(1).max(255),
  date: z.iso.datetime({ offset: true }).optional(),
});

const EDIT = {
  message: z.string().min(1, 'a commit needs a message'),
  /** The default branch unless told. */
  branch: z.string().min(1).max(255).optional(),
  committer: Person.optional(),
  author: Person.optional(),
};

/** `PUT …/contents/*path`. `sha` is the blob that is replaced; without it there must be none. */
export const PutContents = z.object({ ...EDIT, content: Base64, sha: z.string().optional() });
export type PutContents = z.infer<typeof PutContents>;

/** `DELETE …/contents/*path`, in the body or the query. */
export const DeleteContents = z.object({ ...EDIT, sha: z.string() });
export type DeleteContents = z.infer<typeof DeleteContents>;

export const ContentsChanged = z.object({
  content: ContentEntry.nullable(),
  commit: GitCommit,
});
export type ContentsChanged = z.infer<typeof ContentsChanged>;

/** `GET …/git/trees/:sha[?recursive=1]`: at most 100,000 entries. */
export const GitTree = z.object({
  sha: z.string(),
  url: z.string(),
  tree: z.array(
    z.object({
      path: z.string(),
      mode: z.string(),
      type: z.enum(['blob', 'tree', 'commit']),
      sha: z.string(),
      size: z.number().optional(),
      url: z.string().optional(),
    }),
  ),
  truncated: z.boolean(),
});
export type GitTree = z.infer<typeof GitTree>;

/** `GET …/git/blobs/:sha`. */
export const GitBlob = z.object({
  sha: z.string(),
  node_id: z.string(),
  size: z.number(),
  url: z.string(),
  content: z.string(),
  encoding: z.literal('base64'),
});
export type GitBlob = z.infer<typeof GitBlob>;
