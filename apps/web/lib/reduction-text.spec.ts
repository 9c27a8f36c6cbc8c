import type { RenderedText } from '@granary/api-contract';
import { reductionText } from './reduction-text';

const rendered = (facts: Partial<RenderedText>): RenderedText => ({
  html: '',
  form: 'lines',
  line_count: 1,
  reduction: null,
  truncated: false,
  ...facts,
});

it.each([
  [{}, true, null],
  [{ reduction: 'too_slow' }, true, 'Shown as plain text, because it took too long.'],
  [{ reduction: 'too_slow' }, false, 'Shown without colours, because it took too long.'],
  [
    { reduction: 'too_large', form: 'plain' },
    false,
    'Shown without colours and line numbers, because the page would become too large.',
  ],
  [{ reduction: 'large_file' }, false, 'Shown without colours, because the file is large.'],
] as const)('%j (prose: %j): %j', (facts, isProse, text) => {
  expect(reductionText(rendered(facts), isProse)).toBe(text);
});
