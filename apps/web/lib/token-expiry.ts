const DAY_MS = 24 * 3600 * 1000;

export const EXPIRY_CHOICES = [
  { value: '7', label: 'In 7 days' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'never', label: 'Never' },
];
export const DEFAULT_EXPIRY = '90';

/** The end of a token's life as the API takes it: ISO 8601, null for never; an unknown choice gets the default. */
export function expiryFrom(choice: string, now: Date): string | null {
  if (choice === 'never') return null;
  const known = EXPIRY_CHOICES.some(({ value }) => value === choice);
  return new Date(now.getTime() + Number(known ? choice : DEFAULT_EXPIRY) * DAY_MS).toISOString();
}

export type ExpiryState = 'expired' | 'soon' | 'later' | 'never';

const SOON_DAYS = 7;

export function expiryState(expiresAt: string | null, now: Date): ExpiryState {
  if (expiresAt === null) return 'never';
  const leftMs = new Date(expiresAt).getTime() - now.getTime();
  if (leftMs <= 0) return 'expired';
  return leftMs < SOON_DAYS * DAY_MS ? 'soon' : 'later';
}
