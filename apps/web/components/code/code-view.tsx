import { Html } from '@/components/ui/html';
import { classNames } from '@/lib/class-names';
import type { PageHtml } from '@/lib/page/exchange';
import { LineSelection } from './line-selection';

const CODE_ID = 'code';

/** The gutter is as wide as its longest number; the widths are classes because inline styles are refused. */
function gutterClass(lineCount: number): string | false {
  const digits = String(lineCount).length;
  return digits > 2 && `code-digits-${Math.min(digits, 6)}`;
}

/** A text file with numbered, linkable lines, as the hub has rendered them. */
export function CodeView({ source, lineCount }: { source: PageHtml; lineCount: number }) {
  return (
    <>
      <pre
        id={CODE_ID}
        tabIndex={0}
        role="group"
        aria-label="Content of the file"
        className={classNames('code overflow-x-auto py-2 -outline-offset-2', gutterClass(lineCount))}
      >
        <Html source={source} as="code" />
      </pre>
      <LineSelection codeId={CODE_ID} />
    </>
  );
}
