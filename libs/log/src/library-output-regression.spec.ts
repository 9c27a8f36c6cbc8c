import { logLibraryOutput } from './library-output';
import { openLog } from './log';

it('makes lines of the log of what libraries and Node print, and drops what they say by the way', () => {
  const text: string[] = [];
  const log = openLog('info', { write: (line) => void text.push(line) });
  const target = { ...console };
  const listeners = process.listeners('warning');
  try {
    logLibraryOutput(log, target);
    target.log('✓ Running next.config.ts took 300ms');
    target.warn('\u001b[33m⚠\u001b[39m %s is old', 'option');
    target.error('⨯', new TypeError('no such page'));
    process.emit('warning', new Error('a leak'));
  } finally {
    process.removeAllListeners('warning');
    for (const listener of listeners) process.on('warning', listener);
  }
  expect(text.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 40, msg: '⚠ option is old' },
    { level: 50, msg: '⨯', err: { type: 'TypeError', message: 'no such page' } },
    { level: 40, msg: 'a leak' },
  ]);
});
