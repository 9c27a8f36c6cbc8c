import type { Listed } from '@granary/forge';
import { applyDecorators, createParamDecorator, Injectable, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';
import type { HubRequest } from './hub-request';
import { OutsideAddresses } from './outside';
import { pageOf, sendPage, type Page } from './pagination';

const pageAsked = (context: ExecutionContext): Page => pageOf(context.switchToHttp().getRequest<HubRequest>().query);

/** Which part of the list is wanted; one row more, which tells whether there is a next page. */
export const AskedPage = createParamDecorator((_: unknown, context: ExecutionContext): Page => pageAsked(context));

@Injectable()
class PagedListInterceptor implements NestInterceptor<Listed<unknown>, unknown[]> {
  constructor(private readonly outside: OutsideAddresses) {}

  intercept(context: ExecutionContext, next: CallHandler<Listed<unknown>>): Observable<unknown[]> {
    const http = context.switchToHttp();
    const [request, response] = [http.getRequest<HubRequest>(), http.getResponse<Response>()];
    const at = { request, response, baseUrl: this.outside.baseUrl };
    return next.handle().pipe(map(({ rows, total }) => sendPage(rows, pageAsked(context), { ...at, total })));
  }
}

/** The route hands out the rows of {@link AskedPage} and the total; the answer is a page of them, as GitHub's are. */
export const PagedList = () => applyDecorators(UseInterceptors(PagedListInterceptor));
