import { createServer } from 'node:net';
import { Hub } from '../support';

/** Starts a hub that must not come up. @returns its status and the lines that it printed for people. */
async function refusedStart(env: Record<string, string>) {
  const hub = await Hub.launchOnly({ env });
  const status = await hub.process.exit();
  const told = hub.process.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
  return { status, told, remaining: hub.process.remaining() };
}

it.each([
  ['GRANARY_PORT', 'eighty', /eighty/, /1 to 65535/],
  ['GRANARY_SSH_PORT', '70000', /70000/, /1 to 65535, or 0/],
  ['GRANARY_MODE', 'everything', /everything/, /all, web or worker/],
  ['GRANARY_REGISTRATION', 'maybe', /maybe/, /open or closed/],
  ['GRANARY_BASE_URL', 'hub.example.com', /wrong value|hub\.example/, /http:\/\/ or https:\/\//],
  ['DATABASE_URL', 'mysql://db/hub', /wrong value/, /postgres:\/\//],
  ['REDIS_URL', 'localhost', /wrong value/, /redis:\/\//],
])('stops at %s=%s with one line: the name, the fault, what is accepted', async (name, value, fault, accepted) => {
  const { status, told, remaining } = await refusedStart({ [name]: value });
  expect(status).toBe(1);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(name);
  expect(told[0]).toMatch(fault);
  expect(told[0]).toMatch(accepted);
  expect(remaining).toEqual([]);
});

it('never repeats a secret that it refuses', async () => {
  const { status, told } = await refusedStart({ GRANARY_ADMIN_PASSWORD: 'hunter2' });
  expect(status).toBe(1);
  expect(told.join('\n')).toContain('GRANARY_ADMIN_PASSWORD');
  expect(told.join('\n')).not.toContain('hunter2');
});

it.each(['GRANARY_PORT', 'GRANARY_SSH_PORT'])(
  'says that the port of %s is taken, and how to choose another',
  async (name) => {
    const neighbour = createServer();
    await new Promise<void>((resolve) => neighbour.listen(0, '127.0.0.1', resolve));
    const address = neighbour.address();
    const port = String(typeof address === 'object' ? address?.port : '');
    try {
      const { status, told, remaining } = await refusedStart({ [name]: port });
      expect(status).toBe(1);
      expect(told.join('\n')).toMatch(new RegExp(`Port ${port}.* taken`));
      expect(told.join('\n')).toContain(name);
      expect(told.join('\n')).not.toMatch(/^ +at /m);
      expect(remaining).toEqual([]);
    } finally {
      neighbour.close();
    }
  },
);
