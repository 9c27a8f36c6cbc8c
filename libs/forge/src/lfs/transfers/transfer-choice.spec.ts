import { MIB } from '@granary/kernel';
import { chooseTransfer } from './transfer-choice';

const small = { oid: 'a', size: 5 };
const large = { oid: 'b', size: 17 * MIB };
const AGENT = 'granary-multipart';

it.each([
  ['what the first clients had', undefined, [large], 'basic'],
  ['nothing that the hub knows', ['ssh', 'own'], [small], 'basic'],
  ['tus', ['basic', 'tus'], [small, large], 'tus'],
  ['the agent and a large object', [AGENT, 'basic', 'tus'], [small, large], AGENT],
  ['the agent and small objects', [AGENT, 'basic'], [small], 'basic'],
  ['the agent, tus and small objects', [AGENT, 'basic', 'tus'], [small], 'tus'],
])('serves a client that offers %s', (_what, transfers, objects, expected) => {
  expect(chooseTransfer({ operation: 'upload', transfers, objects })).toBe(expected);
  expect(chooseTransfer({ operation: 'download', transfers, objects })).toBe('basic');
});
