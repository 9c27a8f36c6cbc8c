import { Logger as NestLogger } from '@nestjs/common';
import { nestLog, openLog } from './log';

function memory() {
  const text: string[] = [];
  const lines = () => text.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { to: { write: (line: string) => void text.push(line) }, lines };
}

it('tells what Nest says as lines of JSON, too, and not that it starts', () => {
  const { to, lines } = memory();
  NestLogger.overrideLogger(nestLog(openLog('info', to)));
  const nest = new NestLogger('Router');
  nest.log('mapped a route');
  nest.warn('odd');
  nest.error(new Error('broken'), 'a stack');
  NestLogger.overrideLogger(false);
  expect(lines()).toMatchObject([
    { level: 40, msg: 'odd', nest: ['Router'] },
    { level: 50, msg: 'Error: broken', nest: ['a stack', 'Router'] },
  ]);
});

it('leaves out what is below the level asked for', () => {
  const { to, lines } = memory();
  const log = openLog('warn', to);
  log.info('news');
  log.warn({ token: 'abc' }, 'trouble');
  expect(lines()).toMatchObject([{ level: 40, msg: 'trouble' }]);
  expect(JSON.stringify(lines())).not.toContain('news');
});
