import { defaultSchema } from 'rehype-sanitize';
import { ID_PREFIX } from './resolve-url';

const DROPPED_TAGS = new Set(['picture', 'source']);

/**
 * What may stand in a README: GitHub's allow-list, but for `picture` and `source`, whose `srcset` nobody resolves,
 * and for the schemes of chat networks. No style, no script, no form, no SVG; ids are prefixed.
 */
export const SANITIZE_SCHEMA: typeof defaultSchema = {
  ...defaultSchema,
  tagNames: defaultSchema.tagNames?.filter((tag) => !DROPPED_TAGS.has(tag)),
  clobberPrefix: ID_PREFIX,
  protocols: { href: ['http', 'https', 'mailto'], src: ['http', 'https'], cite: ['http', 'https'], longDesc: [] },
};
