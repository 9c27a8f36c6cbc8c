import type { z } from 'zod';

export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An answer that its handler writes itself: by media type the schema, or null for bytes and text as they are. */
export class WrittenAnswer {
  constructor(readonly media: Readonly<Record<string, z.ZodType | null>>) {}
}

export const written = (media: WrittenAnswer['media']) => new WrittenAnswer(media);

export type RouteAnswer = z.ZodType | WrittenAnswer;
export type RouteBody = z.ZodType | undefined;

/** One route of the API: what is sent to it and what it answers when all is well. */
export interface ApiRoute<Answer extends RouteAnswer = RouteAnswer, Body extends RouteBody = RouteBody> {
  method: RouteMethod;
  /** The whole path, with a colon before each parameter and an asterisk before one that may hold slashes; or several. */
  path: string | string[];
  summary: string;
  status: number;
  /** That its handler sets in some cases, with the same answer. */
  otherStatus: number | undefined;
  /** What is known of the query; everything in it is text, and what is not here is ignored. */
  query: z.ZodObject | undefined;
  body: Body;
  /** At least that: objects may have more fields. */
  answer: Answer;
}

type Defined<Answer extends RouteAnswer, Body extends RouteBody> = Pick<
  ApiRoute<Answer, Body>,
  'method' | 'path' | 'summary' | 'answer'
> & {
  /** 200 when it is left out. */
  status?: number;
  otherStatus?: number;
  query?: z.ZodObject;
  body?: Body;
};

export function defineRoute<Answer extends RouteAnswer, Body extends RouteBody = undefined>(
  route: Defined<Answer, Body>,
): ApiRoute<Answer, Body> {
  const { status = 200, otherStatus, query } = route;
  return { ...route, status, otherStatus, query, body: route.body as Body };
}

/** What the handler of a route returns. */
export type AnswerOf<R extends ApiRoute> = R['answer'] extends z.ZodType ? z.infer<R['answer']> : unknown;
