import type { AnswerOf, ApiRoute, RouteMethod } from '@granary/api-contract';
import type { Listed } from '@granary/forge';
import { Body, Delete, Get, HttpCode, Patch, Post, Put } from '@nestjs/common';
import type { z } from 'zod';
import { PagedList } from './paged-list';
import { zodBody } from './zod-body';

const METHODS: Record<RouteMethod, (path: string | string[]) => MethodDecorator> = {
  GET: Get,
  POST: Post,
  PUT: Put,
  PATCH: Patch,
  DELETE: Delete,
};

type Handler<Answer> = (...args: never[]) => Answer | Promise<Answer>;

/** A handler of a route with a body takes that body: `never` for one that takes another. */
type Takes<H extends Handler<unknown>, R extends ApiRoute> = R['body'] extends z.ZodType
  ? [z.output<R['body']>] extends [Parameters<H>[number]]
    ? unknown
    : never
  : unknown;

type RouteDecorator<R extends ApiRoute, Answer> = <H extends Handler<Answer>>(
  target: object,
  name: string,
  handler: TypedPropertyDescriptor<H> & Takes<H, R>,
) => void;

/** Puts a handler behind a route of the contract; one that answers or takes something else does not compile. */
export function Route<R extends ApiRoute>(route: R): RouteDecorator<R, AnswerOf<R>> {
  return (target, name, handler) => {
    const path = typeof route.path === 'string' ? route.path : [...route.path];
    METHODS[route.method](path)(target, name, handler);
    HttpCode(route.status)(target, name, handler);
  };
}

/** The same for a route that answers a page of a list: the handler hands out rows and their total. */
export function PagedRoute<R extends ApiRoute>(
  route: R,
): RouteDecorator<R, AnswerOf<R> extends (infer Row)[] ? Listed<Row> : never> {
  return (target, name, handler) => {
    Route<ApiRoute>(route)(target, name, handler);
    PagedList()(target, name, handler);
  };
}

/** The body of a request, parsed by the schema of its route. */
export const BodyOf = (route: ApiRoute<ApiRoute['answer'], z.ZodType>) => Body(zodBody(route.body));
