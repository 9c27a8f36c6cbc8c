import { openLog } from './log';

function memory() {
  const text: string[] = [];
  const lines = () => text.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { to: { write: (line: string) => void text.push(line) }, lines };
}

it('leaves out what is below the level asked for', () => {
  const { to, lines } = memory();
  const log = openLog('warn', to);
  log.info('news');
  log.warn({ token: 'abc' }, 'trouble');
  expect(lines()).toMatchObject([{ level: 40, msg: 'trouble' }]);
  expect(JSON.stringify(lines())).not.toContain('news');
});
