import type { PendingPush, PushHooks } from '@granary/git-process';
import { Logger } from '@nestjs/common';
import { tooManyRefs } from './push.policy';
import { outagesTold } from './push-outage';

Logger.overrideLogger(false);

const noConnection = Object.assign(new Error('remaining connection slots are reserved'), { code: '53300' });
const hooks = (error: Error): PushHooks => ({
  preReceive: () => Promise.reject(error),
  postReceive: () => Promise.reject(error),
});
const push = {} as PendingPush;

it('a push that meets a database without connections is refused in plain words', async () => {
  await expect(outagesTold(hooks(noConnection)).preReceive(push)).rejects.toMatchObject({
    code: 'unavailable',
    message: 'The hub cannot reach its database right now, so it took nothing.',
  });
});

it('refs that moved already are not told as refused', async () => {
  const { messages } = await outagesTold(hooks(noConnection)).postReceive({ commands: [] });
  expect(messages.join('\n')).toContain('Your refs are in place.');
});

it('a defect stays a defect', async () => {
  await expect(outagesTold(hooks(new TypeError('x'))).preReceive(push)).rejects.toThrow(TypeError);
});

it('a push of more refs than the hub takes is refused with both numbers', () => {
  expect(tooManyRefs(20_001, 20_000)).toContain('changes 20001 refs; this hub takes 20000 at a time');
  expect(tooManyRefs(20_000, 20_000)).toBeNull();
});
