import { toHtml } from 'hast-util-to-html';
import rehypeHighlight from 'rehype-highlight';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';
import { highlightLanguages } from '../code/highlight';
import { htmlLimitOf, RenderingTooLarge, type Rendering } from '../rendering';
import { headingIds } from './heading-ids';
import { markHidden } from './mark-hidden';
import { pageElements, type PageOptions } from './page-elements';
import { SANITIZE_SCHEMA } from './sanitize-schema';

/** The sanitiser prefixes footnotes like every other id; twice would break their links. */
const TO_REHYPE = { clobberPrefix: '', allowDangerousHtml: true };

/**
 * GitHub flavoured Markdown as HTML. Raw HTML is parsed, then everything passes the allow-list; after it come only the
 * hub's own elements and colours.
 *
 * @throws RenderingTooLarge
 */
export function markdownRendering(text: string, options: PageOptions): Rendering {
  const processor = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkRehype, TO_REHYPE)
    .use(rehypeRaw)
    .use(headingIds)
    .use(rehypeSanitize, SANITIZE_SCHEMA)
    .use(pageElements, options)
    .use(rehypeHighlight, { languages: highlightLanguages, detect: false })
    .use(markHidden);
  const html = toHtml(processor.runSync(processor.parse(text)));
  if (html.length > htmlLimitOf(text)) throw new RenderingTooLarge();
  return { html, form: 'markdown', lineCount: 0, reduction: null, isCut: false };
}
