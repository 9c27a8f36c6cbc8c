import { interleave } from './interleave';

it('lets both run in turn, each first every other time, and keeps all figures', async () => {
  const order: string[] = [];
  const results = await interleave(3, {
    hub: async (run) => ({ wall: order.push(`hub ${run}`), cpu: run }),
    peer: async (run) => ({ wall: order.push(`peer ${run}`), cpu: 10 * run }),
  });
  expect(order).toEqual(['hub 0', 'peer 0', 'peer 1', 'hub 1', 'hub 2', 'peer 2']);
  expect(results).toEqual({ wall: { hub: [1, 4, 5], peer: [2, 3, 6] }, cpu: { hub: [0, 1, 2], peer: [0, 10, 20] } });
});
