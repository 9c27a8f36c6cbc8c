import type { RenderedText } from '@granary/api-contract';
import { Notice } from '@/components/ui/notice';
import { reductionText } from '@/lib/reduction-text';
import { CodeView } from './code-view';

interface RenderedViewProps {
  rendered: RenderedText;
  /** Whether its name asks for more than lines of code. */
  isProse: boolean;
}

/**
 * A text as the hub has rendered it. Its HTML is the hub's own: what is a user's in it is escaped or has passed the
 * allow-list of libs/render.
 */
export function RenderedView({ rendered, isProse }: RenderedViewProps) {
  const { html, form, line_count, truncated } = rendered;
  const reason = reductionText(rendered, isProse);
  return (
    <>
      {reason && (
        <Notice className="m-4">
          <p>{reason}</p>
        </Notice>
      )}
      {form === 'markdown' && (
        <div className="px-4 py-6 sm:px-8">
          <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />
        </div>
      )}
      {form === 'lines' && <CodeView html={html} lineCount={line_count} />}
      {form === 'plain' && (
        <pre
          tabIndex={0}
          role="group"
          aria-label="Content of the file"
          className="code overflow-x-auto px-4 py-2 -outline-offset-2"
          dangerouslySetInnerHTML={{ __html: html }}
        />
      )}
      {truncated && (
        <p className="text-ink-muted border-line border-t px-4 py-4">
          Only the beginning of this file is shown. Open the raw file to see all of it.
        </p>
      )}
    </>
  );
}
