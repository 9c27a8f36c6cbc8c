import type { AnswerOf, Route as ContractRoute, RouteMethod } from '@granary/api-contract';
import { Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';

const METHODS: Record<RouteMethod, (path: string) => MethodDecorator> = {
  GET: Get,
  POST: Post,
  PUT: Put,
  PATCH: Patch,
  DELETE: Delete,
};

type Handler<R extends ContractRoute> = (...args: never[]) => AnswerOf<R> | Promise<AnswerOf<R>>;

/** Puts a handler behind a route of the contract; one that answers something else does not compile. */
export function Route<R extends ContractRoute>(route: R) {
  return <H extends Handler<R>>(target: object, name: string, handler: TypedPropertyDescriptor<H>): void => {
    METHODS[route.method](route.path)(target, name, handler);
    HttpCode(route.status)(target, name, handler);
  };
}
