import { DomainError } from '@granary/kernel';
import type { PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

/** A body, parsed by its schema. An absent body is an empty object, as GitHub takes it. */
export function zodBody<S extends z.ZodType>(schema: S): PipeTransform<unknown, z.output<S>> {
  return {
    transform: (value) => {
      if (Array.isArray(value)) throw new DomainError('bad_request', 'Body should be a JSON object');
      return schema.parse(value ?? {});
    },
  };
}
