import type { ValueTransformer } from 'typeorm';

/** A bigint column as a number: sizes stay far below 2^53 bytes (8 PiB). */
export const bigintAsNumber: ValueTransformer = {
  to: (value?: number | null) => value,
  from: (value?: string | null) => (value === null || value === undefined ? value : Number(value)),
};
