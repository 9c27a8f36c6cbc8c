import type { DiffFile } from '@granary/api-contract';
import { Html } from '@/components/ui/html';
import { pageHtml } from '@/lib/page/exchange';
import { diffRows } from './diff-rows';

/** A file's change as one column: old number, new number, text; the sign is the text's, by CSS. */
export async function DiffTable({ file, label }: { file: DiffFile; label: string }) {
  const rows = await pageHtml(diffRows(file.hunks));
  return (
    <div className="overflow-x-auto">
      <table className="diff">
        <caption className="sr-only">{label}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">Old line</th>
            <th scope="col">New line</th>
            <th scope="col">Text</th>
          </tr>
        </thead>
        <Html source={rows} as="tbody" />
      </table>
    </div>
  );
}
