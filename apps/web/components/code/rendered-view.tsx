import type { RenderedText } from '@granary/api-contract';
import { Html } from '@/components/ui/html';
import { Notice } from '@/components/ui/notice';
import { pageHtml, type PageHtml } from '@/lib/page/exchange';
import { reductionText } from '@/lib/reduction-text';
import { CodeView } from './code-view';
import { HeadingLinks } from './heading-links';

interface RenderedViewProps {
  rendered: RenderedText;
  /** Whether its name asks for more than lines of code. */
  isProse: boolean;
}

/**
 * A text as the hub has rendered it. Its HTML is the hub's own: what is a user's in it is escaped or has passed the
 * allow-list of libs/render.
 */
export async function RenderedView({ rendered, isProse }: RenderedViewProps) {
  const { truncated } = rendered;
  const reason = reductionText(rendered, isProse);
  const source = await pageHtml(rendered.html);
  return (
    <>
      {reason && (
        <Notice className="m-4">
          <p>{reason}</p>
        </Notice>
      )}
      <Content source={source} rendered={rendered} />
      {truncated && (
        <p className="text-ink-muted border-line border-t px-4 py-4">
          Only the beginning of this file is shown. Open the raw file to see all of it.
        </p>
      )}
    </>
  );
}

function Content({ source, rendered: { form, line_count } }: { source: PageHtml; rendered: RenderedText }) {
  if (form === 'lines') return <CodeView source={source} lineCount={line_count} />;
  if (form === 'markdown') {
    return (
      <div className="px-4 py-6 sm:px-8">
        <Html source={source} as="div" className="markdown" />
        <HeadingLinks />
      </div>
    );
  }
  return (
    <Html
      source={source}
      as="pre"
      tabIndex={0}
      role="group"
      aria-label="Content of the file"
      className="code overflow-x-auto px-4 py-2 -outline-offset-2"
    />
  );
}
