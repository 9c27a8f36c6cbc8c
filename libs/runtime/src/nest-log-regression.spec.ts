import { openLog } from '@granary/log';
import { Logger as NestLogger } from '@nestjs/common';
import { nestLog } from './nest-log';

it('tells what Nest says as lines of JSON, too, and not that it starts', () => {
  const text: string[] = [];
  NestLogger.overrideLogger(nestLog(openLog('info', { write: (line) => void text.push(line) })));
  const nest = new NestLogger('Router');
  nest.log('mapped a route');
  nest.warn('odd');
  nest.error(new Error('broken'), 'a stack');
  NestLogger.overrideLogger(false);
  expect(text.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 40, msg: 'odd', nest: ['Router'] },
    { level: 50, msg: 'Error: broken', nest: ['a stack', 'Router'] },
  ]);
});
