import { startHub, type Hub } from '../support';

let hub: Hub;

beforeAll(async () => {
  hub = await startHub({ ssh: false });
});

it.each(['/a/%ZZ', '/a/b/-/tree/main/%E9', '/%'])('answers the broken escape in %s with 400, not 500', async (path) => {
  const answer = await fetch(hub.url + path);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toContain('not well encoded');
});
