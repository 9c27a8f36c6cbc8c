const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether requests by this method change nothing (RFC 9110, section 9.2.1). */
export const isSafe = (method: string): boolean => SAFE_METHODS.has(method);
