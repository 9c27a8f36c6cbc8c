import type { z } from 'zod';

export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One route: what is sent to it and what it answers when all is well. */
export interface Route<
  Answer extends z.ZodType = z.ZodType,
  Body extends z.ZodType | undefined = z.ZodType | undefined,
> {
  method: RouteMethod;
  /** The whole path, with a colon before each parameter. */
  path: string;
  summary: string;
  status: number;
  body: Body;
  answer: Answer;
}

type Defined<Answer extends z.ZodType, Body extends z.ZodType | undefined> = Omit<
  Route<Answer, Body>,
  'body' | 'status'
> & {
  body?: Body;
  /** 200 when it is left out. */
  status?: number;
};

export function defineRoute<Answer extends z.ZodType, Body extends z.ZodType | undefined = undefined>(
  route: Defined<Answer, Body>,
): Route<Answer, Body> {
  return { ...route, status: route.status ?? 200, body: route.body as Body };
}

export type AnswerOf<R extends Route> = z.infer<R['answer']>;
