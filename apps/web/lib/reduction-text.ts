import type { RenderedText } from '@granary/api-contract';

const REASONS: Record<NonNullable<RenderedText['reduction']>, string> = {
  large_file: 'the file is large',
  too_slow: 'it took too long',
  too_large: 'the page would become too large',
  busy: 'the hub is busy; reload the page to try again',
  failed: 'the hub could not do it',
};

/**
 * Why a text is shown plain though its name asks for more.
 *
 * @param isProse whether that is Markdown, not code.
 * @returns null where it is shown as it should be.
 */
export function reductionText({ reduction, form }: RenderedText, isProse: boolean): string | null {
  if (!reduction) return null;
  const what = form === 'plain' && !isProse ? 'without colours and line numbers' : 'without colours';
  return `Shown ${isProse ? 'as plain text' : what}, because ${REASONS[reduction]}.`;
}
