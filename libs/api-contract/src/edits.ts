import { z } from 'zod';
import { RepositoryFrame } from './browse';

/** Where an edit begins: as `At`, but `sha` is null in a repository without a commit, and the path need not exist. */
export const EditAt = z.object({
  ref: z.string(),
  kind: z.enum(['branch', 'tag', 'commit']),
  sha: z.string().nullable(),
  path: z.string(),
});
export type EditAt = z.infer<typeof EditAt>;

/** `GET /api/web/repos/:o/:r/edit-place?at=<ref>[/<dir>]`. Role: write, as for all here. */
export const EditPlacePage = RepositoryFrame.extend({ at: EditAt });
export type EditPlacePage = z.infer<typeof EditPlacePage>;

/** `GET …/edit?at=<ref>/<path>`. */
export const EditPage = EditPlacePage.extend({
  /** The blob. */
  sha: z.string(),
  /** Null where `fault` says why it cannot be edited on a page. */
  text: z.string().nullable(),
  fault: z.enum(['lfs', 'binary', 'not_utf8', 'too_large', 'symlink']).nullable(),
  /** How its lines end; a browser's text area forgets it. */
  line_end: z.enum(['lf', 'crlf']),
  /** Who else holds the lock of the file. */
  locked_by: z.string().nullable(),
});
export type EditPage = z.infer<typeof EditPage>;

const Target = {
  branch: z.string().min(1, 'choose a branch').max(255),
  /** Begins `branch`, which must not exist, at this branch or commit. */
  from: z.string().min(1).max(255).optional(),
  message: z.string().min(1, 'a commit needs a message'),
};

/** `POST …/edits`: a commit of one text file. */
export const MakeEdit = z.strictObject({
  ...Target,
  path: z.string(),
  /** Where the file was before, when it moves. */
  previous_path: z.string().optional(),
  /** Null deletes it. */
  text: z.string().nullable(),
  /** The blob that the editor saw; null: there was none. */
  sha: z.string().nullable(),
});
export type MakeEdit = z.infer<typeof MakeEdit>;

export const EditMade = z.object({ branch: z.string(), sha: z.string() });
export type EditMade = z.infer<typeof EditMade>;

/** Whether a file is stored with Git LFS, and why. `forced`: its sender has no say. */
export const UploadStorage = z.object({
  path: z.string(),
  lfs: z.boolean(),
  forced: z.boolean(),
  reason: z.enum(['required_pattern', 'required_size', 'attributes', 'large']).nullable(),
  pattern: z.string().nullable(),
});
export type UploadStorage = z.infer<typeof UploadStorage>;

export const StagedFile = z.object({ id: z.string(), path: z.string(), size_bytes: z.number() });
export type StagedFile = z.infer<typeof StagedFile>;

/** `GET …/upload?at=<ref>[/<dir>]`. */
export const UploadPage = EditPlacePage.extend({
  /** What the user has sent before and not committed. */
  staged: z.array(StagedFile.extend({ storage: UploadStorage })),
  lfs: z.object({
    /** Files above it go to LFS; `size_is_rule`: the repository asks for it. */
    size_bytes: z.number(),
    size_is_rule: z.boolean(),
    patterns: z.array(z.string()),
  }),
  /** Why the form that led here was refused. */
  problem: z.string().nullable(),
});
export type UploadPage = z.infer<typeof UploadPage>;

/** `POST …/uploads/plan`. */
export const PlanUploads = z.strictObject({
  at: z.string(),
  files: z.array(z.strictObject({ path: z.string(), size_bytes: z.int().nonnegative() })).max(1000),
});
export type PlanUploads = z.infer<typeof PlanUploads>;

/** In the order of the files; where and how the bytes of each are to be sent. `fault`: why it cannot be. */
export const UploadPlan = z.object({
  files: z.array(
    UploadStorage.extend({
      fault: z.string().nullable(),
      upload: z.object({ method: z.literal('POST'), href: z.string() }),
    }),
  ),
});
export type UploadPlan = z.infer<typeof UploadPlan>;

/** `POST …/uploads/commit`. */
export const CommitUploads = z.strictObject({
  ...Target,
  files: z
    .array(z.strictObject({ id: z.string(), lfs: z.boolean().optional() }))
    .min(1, 'choose a file')
    .max(1000),
});
export type CommitUploads = z.infer<typeof CommitUploads>;
