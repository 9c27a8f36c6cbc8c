import { cache } from 'react';

/** One "now" for a whole page. */
export const requestTime = cache(() => new Date());
