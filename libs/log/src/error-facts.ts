const MAX_DEPTH = 5;
const MAX_ERRORS = 5;

export interface ErrorFacts {
  type: string;
  message: string;
  code?: string | number;
  stack?: string;
  cause?: ErrorFacts;
  /** Of an AggregateError: what each of several addresses answered, for one. */
  errors?: ErrorFacts[];
}

/**
 * What a log tells of an error: what it is, where it came from and why. Nothing else that hangs on it: the drivers hang
 * whole connections there, with passwords, and queries with what users typed.
 */
export function errorFacts(error: unknown, depth = 0): ErrorFacts {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { code } = error as { code?: unknown };
  const hasCode = typeof code === 'string' || typeof code === 'number';
  const goesDeeper = depth < MAX_DEPTH;
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [];
  return {
    type: error.constructor.name,
    message: redacted(error.message),
    ...(hasCode && { code }),
    stack: error.stack === undefined ? undefined : redacted(error.stack),
    ...(goesDeeper && error.cause !== undefined && { cause: errorFacts(error.cause, depth + 1) }),
    ...(goesDeeper &&
      errors.length > 0 && { errors: errors.slice(0, MAX_ERRORS).map((each) => errorFacts(each, depth + 1)) }),
  };
}

/** What opens something to whoever reads the log: signatures in URLs, passwords in addresses, `Authorization`. */
const SECRETS: readonly [RegExp, string][] = [
  [/\b(X-Amz-(?:Signature|Credential|Security-Token)=)[^&\s"']+/gi, '$1…'],
  [/\b(Signature=|Credential=)[^&,\s"']+/g, '$1…'],
  [/(:\/\/[^:/\s@]+:)[^@\s/]+@/g, '$1…@'],
];

function redacted(text: string): string {
  return SECRETS.reduce((shown, [pattern, replacement]) => shown.replace(pattern, replacement), text);
}
