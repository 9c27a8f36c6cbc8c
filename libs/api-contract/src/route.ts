import type { z } from 'zod';
import { encodePath } from './page-addresses';

export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** An answer that its handler writes itself: by media type the schema, or null for bytes and text as they are. */
export class WrittenAnswer {
  constructor(readonly media: Readonly<Record<string, z.ZodType | null>>) {}
}

export const written = (media: WrittenAnswer['media']) => new WrittenAnswer(media);

export type RouteAnswer = z.ZodType | WrittenAnswer;
export type RouteBody = z.ZodType | undefined;
export type RoutePath = string | readonly string[];

/** One route of the API: what is sent to it and what it answers when all is well. */
export interface ApiRoute<
  Answer extends RouteAnswer = RouteAnswer,
  Body extends RouteBody = RouteBody,
  Path extends RoutePath = RoutePath,
> {
  method: RouteMethod;
  /** The whole path, with a colon before each parameter and an asterisk before one that may hold slashes; or several. */
  path: Path;
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

type Defined<Answer extends RouteAnswer, Body extends RouteBody, Path extends RoutePath> = Pick<
  ApiRoute<Answer, Body, Path>,
  'method' | 'path' | 'summary' | 'answer'
> & {
  /** 200 when it is left out. */
  status?: number;
  otherStatus?: number;
  query?: z.ZodObject;
  body?: Body;
};

export function defineRoute<
  Answer extends RouteAnswer,
  const Path extends RoutePath,
  Body extends RouteBody = undefined,
>(route: Defined<Answer, Body, Path>): ApiRoute<Answer, Body, Path> {
  const { status = 200, otherStatus, query } = route;
  return { ...route, status, otherStatus, query, body: route.body as Body };
}

/** What the handler of a route returns. */
export type AnswerOf<R extends ApiRoute> = R['answer'] extends z.ZodType ? z.infer<R['answer']> : unknown;

type Named<Part extends string> = Part extends `:${infer Name}` | `*${infer Name}` ? Name : never;
type NamesIn<Path extends string> = Path extends `${infer Part}/${infer Rest}`
  ? Named<Part> | NamesIn<Rest>
  : Named<Path>;
type FirstOf<Path extends RoutePath> = Path extends readonly [infer First extends string, ...string[]] ? First : Path;

/** The parameters in the path of a route; of several paths, in the first. */
export type ParamsOf<R extends ApiRoute> =
  FirstOf<R['path']> extends infer Path extends string ? Record<NamesIn<Path>, string | number> : never;

/** The path of a route with its parameters in it; of several, the first. */
export function pathOf<R extends ApiRoute>({ path }: R, params: ParamsOf<R>): string {
  const given: Record<string, string | number> = params;
  const [first = ''] = [path].flat();
  return first.replace(/[:*](\w+)/g, (parameter, name: string) => {
    const value = String(given[name]);
    return parameter.startsWith('*') ? encodePath(value) : encodeURIComponent(value);
  });
}
