import { z } from 'zod';

/** A text as a page shows it, made by the hub within a time and a size. */
export const RenderedText = z.object({
  /** For the page as it is: what is a user's in it is escaped or on the allow-list. */
  html: z.string(),
  /** `markdown`: as what it means. `lines`: numbered lines. `plain`: the text alone. */
  form: z.enum(['markdown', 'lines', 'plain']),
  line_count: z.number(),
  /**
   * Why it is not coloured or not rendered though its name asks for it: it is large, took too long, would become too
   * much, or came when others were ahead; `failed`: it cannot be rendered. Null: it is as it should be.
   */
  reduction: z.enum(['large_file', 'too_slow', 'too_large', 'busy', 'failed']).nullable(),
  /** Only the beginning is there. */
  truncated: z.boolean(),
});
export type RenderedText = z.infer<typeof RenderedText>;
