/** Bytes that were found wrong, kept for whoever wants to know why. Nothing is ever read out from here. */
export const QUARANTINE_PREFIX = 'quarantine/';

const STAY_MS = 30 * 86_400_000;

/** Carries its time: a store may keep a moved object's old date. */
export function quarantineKey(oid: string, at: Date): string {
  return `${QUARANTINE_PREFIX}${oid}-${at.getTime()}`;
}

export function quarantinedOid(key: string): string {
  return key.slice(QUARANTINE_PREFIX.length).split('-')[0] ?? '';
}

export function isQuarantineOver(key: string, now: Date): boolean {
  return Number(key.split('-').at(-1)) <= now.getTime() - STAY_MS;
}
