import { HandlerTable } from '@granary/job-queue';
import { openForge, type ForgeFixture } from '../testing/forge-fixture';
import { CATALOGUE } from './catalogue';

let forge: ForgeFixture;
beforeAll(async () => void (forge = await openForge()), 60_000);
afterAll(() => forge.close());

it('each job of the catalogue has a handler, and each handler its job', () => {
  expect(Object.keys(forge.get(HandlerTable).all()).sort()).toEqual([...CATALOGUE.jobNames].sort());
});

it('jobs and queues have the names by which older releases left work in the queue', () => {
  expect(CATALOGUE.jobNames.map((name) => `${CATALOGUE.policy(name).queue}: ${name}`).sort()).toEqual([
    'collections: lfs.collect',
    'collections: lfs.purge',
    'events: webhook.fanout',
    'maintenance: audit.prune',
    'maintenance: hub.tidy',
    'maintenance: lfs.collect.sweep',
    'maintenance: maintenance.sweep',
    'maintenance: outbox.prune',
    'maintenance: pushes.reconcile',
    'maintenance: webhook.prune',
    'maintenance: webhook.sweep',
    'repacks: repository.maintain',
    'repacks: repository.purge',
    'scrubs: lfs.scrub',
    'webhooks: webhook.deliver',
  ]);
});
