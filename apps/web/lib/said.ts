/** Marks an error's digest as words of the hub for its reader (lib/api/failure.ts). */
export const SAID = 'said: ';
