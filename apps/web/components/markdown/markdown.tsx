import ReactMarkdown, { type Options } from 'react-markdown';
import rehypeHighlight from 'rehype-highlight';
import rehypeRaw from 'rehype-raw';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { highlightLanguages } from '@/lib/highlight/highlight-lines';
import { headingIds } from '@/lib/markdown/heading-ids';
import { resolveUrl, type MarkdownPlace } from '@/lib/markdown/resolve-url';
import { SANITIZE_SCHEMA } from '@/lib/markdown/sanitize-schema';
import { markdownElements } from './markdown-elements';

/** Raw HTML is parsed, then everything passes the allow-list; only colours come after it. */
const REHYPE_PLUGINS: Options['rehypePlugins'] = [
  rehypeRaw,
  headingIds,
  [rehypeSanitize, SANITIZE_SCHEMA],
  [rehypeHighlight, { languages: highlightLanguages, detect: false }],
];
/** The sanitiser prefixes footnotes like every other id; twice would break their links. */
const REMARK_REHYPE = { clobberPrefix: '' };

export function Markdown({ source, place }: { source: string; place: MarkdownPlace }) {
  return (
    <div className="markdown">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        remarkRehypeOptions={REMARK_REHYPE}
        rehypePlugins={REHYPE_PLUGINS}
        urlTransform={(url, attribute) => resolveUrl(url, attribute === 'src' ? 'image' : 'link', place)}
        components={markdownElements}
      >
        {source}
      </ReactMarkdown>
    </div>
  );
}
