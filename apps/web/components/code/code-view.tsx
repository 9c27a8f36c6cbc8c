import { classNames } from '@/lib/class-names';
import { highlightLines } from '@/lib/highlight/highlight-lines';
import { codeTokens } from './code-text';
import { LineSelection } from './line-selection';

const CODE_ID = 'code';

/** The gutter is as wide as its longest number; the widths are classes because inline styles are refused. */
function gutterClass(lineCount: number): string | false {
  const digits = String(lineCount).length;
  return digits > 2 && `code-digits-${Math.min(digits, 6)}`;
}

/** A text file with numbered, linkable lines. */
export function CodeView({ text, path }: { text: string; path: string }) {
  const lines = highlightLines(text, path);
  return (
    <>
      <pre
        id={CODE_ID}
        tabIndex={0}
        role="group"
        aria-label="Content of the file"
        className={classNames('code overflow-x-auto py-2 -outline-offset-2', gutterClass(lines.length))}
      >
        <code>
          {lines.map((line, index) => {
            const number = index + 1;
            return (
              <span key={number} id={`L${number}`} className="code-line">
                <a href={`#L${number}`} data-line={number} aria-hidden tabIndex={-1} className="code-number" />
                {line.length === 0 ? '\n' : codeTokens(line)}
              </span>
            );
          })}
        </code>
      </pre>
      <LineSelection codeId={CODE_ID} />
    </>
  );
}
