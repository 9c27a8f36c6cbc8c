import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { MetadataScanner, Reflector } from '@nestjs/core';
import { SURFACE, type Surface } from '../surface/surface';
import { ACCESS_RULE, type AccessRule } from './access.decorators';

/** One route as its controller declares it. */
export interface RouteRow {
  /** `Controller.handler`. */
  name: string;
  /** `GET`, …; `ALL` stands for every method. */
  method: string;
  /** With Express' parameters: `/:ns/:repo/-/raw/*rest`. */
  path: string;
  surface: Surface | undefined;
  rule: AccessRule | undefined;
}

const join = (...parts: string[]) =>
  `/${parts
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter(Boolean)
    .join('/')}`;

/** Every route of the controllers, one row per address. */
export function routesOf(controllers: readonly Type[]): RouteRow[] {
  const reflector = new Reflector();
  return controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    const roots = [Reflect.getMetadata(PATH_METADATA, controller) as string | string[]].flat();
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((handlerName) => {
      const handler = prototype[handlerName];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
      const paths = [Reflect.getMetadata(PATH_METADATA, handler) as string | string[]].flat();
      const facts = {
        name: `${controller.name}.${handlerName}`,
        method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod],
        surface: reflector.getAllAndOverride<Surface | undefined>(SURFACE, [handler, controller]),
        rule: reflector.getAllAndOverride<AccessRule | undefined>(ACCESS_RULE, [handler, controller]),
      };
      return roots.flatMap((root) => paths.map((path) => ({ ...facts, path: join(root, path) })));
    });
  });
}
