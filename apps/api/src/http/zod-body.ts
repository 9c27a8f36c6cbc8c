import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

/** A body, parsed by its schema. An absent body is an empty object, as GitHub takes it. */
export function zodBody<S extends z.ZodType>(schema: S): PipeTransform<unknown, z.output<S>> {
  return { transform: (value) => schema.parse(value ?? {}) };
}
