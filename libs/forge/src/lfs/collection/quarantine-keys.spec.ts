import { DAY_MS } from '@granary/kernel';
import { isQuarantineOver, quarantinedOid, quarantineKey, QUARANTINE_PREFIX } from './quarantine-keys';

const OID = 'ab'.repeat(32);
const at = new Date('2026-03-01T12:00:00Z');
const after = (days: number, ms = 0) => new Date(at.getTime() + days * DAY_MS + ms);

it('carries the object and the time in the key of what was found wrong', () => {
  const key = quarantineKey(OID, at);
  expect(key.startsWith(QUARANTINE_PREFIX)).toBe(true);
  expect(quarantinedOid(key)).toBe(OID);
  expect(key).not.toBe(quarantineKey(OID, after(0, 1)));
});

it('keeps it for thirty days', () => {
  const isOver = (now: Date) => isQuarantineOver(quarantineKey(OID, at), now);
  expect([after(0), after(29), after(30, -1), after(30), after(31)].map(isOver)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
  expect(isQuarantineOver(`${QUARANTINE_PREFIX}${OID}-x`, after(99))).toBe(false);
});
