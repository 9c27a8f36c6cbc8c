import { join } from 'node:path';
import { htmlLimitOf } from '../rendering';
import { Renderer } from './renderer';

// Node finds TypeScript by the hook; what is built is JavaScript.
const program = {
  filename: join(__dirname, 'render-worker.ts'),
  execArgv: ['--require', join(__dirname, '../../../../tools/lib/typescript-hook.cjs')],
};
const place = { owner: 'ada', repository: 'orchard', at: { kind: 'branch', ref: 'main' } as const, path: 'a.md' };
const images = { hubOrigin: 'https://hub.example', proxyKey: null };
const SIZE = 24 << 10;
const COLUMNS = Math.floor(Math.sqrt(SIZE / 2));

const HEAVY = [
  ['digits', { kind: 'code', text: '1'.repeat(SIZE), path: 'digits.ini' }],
  ['words without blanks', { kind: 'code', text: 'let'.repeat(SIZE / 3), path: 'let.c' }],
  [
    'a table that is as wide as it is long',
    {
      kind: 'markdown',
      text: `${'|a'.repeat(COLUMNS)}|\n${'|-'.repeat(COLUMNS)}|\n${'|\n'.repeat(SIZE / 4)}`,
      place,
      images,
    },
  ],
  ['headings', { kind: 'markdown', text: 'a\n=\n'.repeat(SIZE / 4), place, images }],
] as const;

let renderer: Renderer;
beforeAll(() => (renderer = new Renderer({ program, deadlineMs: 1_000, threads: 1 })));
afterAll(() => renderer.close());

it('renders on a thread of its own', async () => {
  const { html, reduction } = await renderer.render({ kind: 'code', text: 'const a = 1;\n', path: 'a.ts' });
  expect(html).toContain('<i class=k>const</i>');
  expect(reduction).toBeNull();
});

it.each(HEAVY)(
  'a small text that is heavy to render leaves this thread free and its page small: %s',
  async (_case, job) => {
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    const { html } = await renderer.render(job);
    clearInterval(ticking);
    // A thread that was held would not have turned once.
    expect(turns).toBeGreaterThan(1);
    expect(html.length).toBeLessThanOrEqual(htmlLimitOf(job.text));
  },
);

it('gives plain text for what does not come in time, says so, and tries the same no second time', async () => {
  const impatient = new Renderer({ program, deadlineMs: 1, threads: 1 });
  const job = { kind: 'code', text: 'let'.repeat(SIZE / 3), path: 'let.c' } as const;
  const first = await impatient.render(job);
  expect(first).toMatchObject({ form: 'lines', reduction: 'too_slow', lineCount: 1 });
  expect(first.html).toContain('letletlet');
  expect(await impatient.render(job)).toEqual(first);
  expect(impatient.counts.too_slow).toBe(2);
  await impatient.close();
});

it('does not even try large files', async () => {
  const text = 'let a;\n'.repeat(20_000);
  expect(await renderer.render({ kind: 'code', text, path: 'a.js' })).toMatchObject({ reduction: 'large_file' });
});

it('renders on when a thread was ended', async () => {
  const text = '> '.repeat(20_000);
  expect((await renderer.render({ kind: 'markdown', text, place, images })).reduction).not.toBeNull();
  expect((await renderer.render({ kind: 'code', text: 'let b;', path: 'b.js' })).reduction).toBeNull();
});
