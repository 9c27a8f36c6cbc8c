import { z } from 'zod';

/** Where clients look for the LFS objects of a commit, when that is not its own repository: `.lfsconfig` names it. */
export const LfsPlace = z.object({
  /** E.g. `lfs.example:8443`, never with a user name or password; null where the address has none that can be shown. */
  host: z.string().nullable(),
  /** `owner/name`, where it is another repository of this hub, as `.lfsconfig` writes it. */
  repository: z.string().nullable(),
});
export type LfsPlace = z.infer<typeof LfsPlace>;
