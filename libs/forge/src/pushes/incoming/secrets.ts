import { looksLikePersonalToken } from '../../identity/secret-token';

/** Where the shape of a secret stands. Never the secret itself. */
export interface FoundSecret {
  kind: string;
  /** From 1. */
  line: number;
}

interface Shape {
  kind: string;
  /** Sticky; begins with fixed characters and has no repetition within a repetition, so that its work is linear. */
  shape: RegExp;
  isReal?: (text: string) => boolean;
}

const SHAPES: readonly Shape[] = [
  // AWS's documentation uses keys that end so.
  { kind: 'AWS access key', shape: /A[KS]IA[A-Z2-7]{16}(?![A-Z0-9])/y, isReal: (text) => !text.endsWith('EXAMPLE') },
  { kind: 'GitHub token', shape: /gh[pousr]_[A-Za-z0-9]{36,255}(?![A-Za-z0-9])/y },
  { kind: 'GitHub token', shape: /github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}(?![A-Za-z0-9])/y },
  { kind: 'GitLab token', shape: /glpat-[A-Za-z0-9_-]{20,255}/y },
  { kind: 'Slack token', shape: /xox[abeoprs]-[A-Za-z0-9-]{20,255}/y },
  {
    kind: 'Slack webhook',
    shape: /hooks\.slack\.com\/services\/T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/[A-Za-z0-9]{20,30}/y,
  },
  { kind: 'Stripe key', shape: /[rs]k_live_[A-Za-z0-9]{20,255}/y },
  { kind: 'Granary token', shape: /gry_pat_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y, isReal: looksLikePersonalToken },
  {
    kind: 'private key',
    shape:
      /-----BEGIN (?:RSA |EC |DSA |OPENSSH |ENCRYPTED |PGP )?PRIVATE KEY(?: BLOCK)?-----\s{1,4}[A-Za-z0-9+/=:-]{16}/y,
  },
];

/** How each of them begins, in one search: the text is looked at once. */
const BEGINNING = /A[KS]IA|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|hooks\.slack|[rs]k_live_|gry_pat_|-----BEGIN /g;

/** As git tells binary files: a NUL byte near the start. */
const BINARY_PROBE_BYTES = 8_000;
const MAX_FOUND = 20;

/** Shapes of well-known tokens and keys in a text; binary content has none. At most 20. */
export function findSecrets(content: Buffer): FoundSecret[] {
  if (content.subarray(0, BINARY_PROBE_BYTES).includes(0)) return [];
  const text = content.toString('latin1');
  const found: FoundSecret[] = [];
  for (const { index } of text.matchAll(BEGINNING)) {
    const shape = SHAPES.find((candidate) => matchesAt(candidate, text, index));
    if (!shape) continue;
    found.push({ kind: shape.kind, line: lineOf(text, index) });
    if (found.length === MAX_FOUND) break;
  }
  return found;
}

function matchesAt({ shape, isReal }: Shape, text: string, index: number): boolean {
  shape.lastIndex = index;
  const [match] = shape.exec(text) ?? [];
  return match !== undefined && (!isReal || isReal(match));
}

function lineOf(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
