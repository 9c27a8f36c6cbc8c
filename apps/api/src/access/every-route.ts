import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { PATH_METADATA } from '@nestjs/common/constants';
import type { INestApplicationContext } from '@nestjs/common';
import { ACCESS_RULE } from './access.decorators';

/** @throws Error naming every route that has no access annotation: it would be open or dead by mistake. */
export function requireAccessOnEveryRoute(app: INestApplicationContext): void {
  const reflector = app.get(Reflector);
  const scanner = app.get(MetadataScanner, { strict: false });
  const bare: string[] = [];
  for (const { instance, metatype } of app.get(DiscoveryService, { strict: false }).getControllers()) {
    if (!instance || !metatype) continue;
    const prototype = Object.getPrototypeOf(instance) as Record<string, object>;
    for (const method of scanner.getAllMethodNames(prototype)) {
      const handler = prototype[method];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) continue;
      if (!reflector.getAllAndOverride(ACCESS_RULE, [handler, metatype])) bare.push(`${metatype.name}.${method}`);
    }
  }
  if (bare.length > 0) throw new Error(`Routes without an access annotation: ${bare.join(', ')}`);
}
