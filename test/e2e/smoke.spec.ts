import { startHub } from '../support';

it('is ready and says what it stands on', async () => {
  const hub = await startHub();
  const answer = await fetch(`${hub.url}/health/ready`);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    status: 'ok',
    dependencies: { database: 'ok', object_store: 'ok', queue: 'ok' },
  });
});

it('shows a page to a visitor', async () => {
  const hub = await startHub();
  const answer = await fetch(`${hub.url}/`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
  expect(await answer.text()).toContain('Granary');
});
