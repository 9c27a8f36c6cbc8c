import { applyDecorators, Injectable, UseInterceptors } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';
import type { HubRequest } from './hub-request';
import { OutsideAddresses } from './outside';
import { pageOf, sendPage } from './pagination';

@Injectable()
class WholeListInterceptor implements NestInterceptor<unknown[], unknown[]> {
  constructor(private readonly outside: OutsideAddresses) {}

  intercept(context: ExecutionContext, next: CallHandler<unknown[]>): Observable<unknown[]> {
    const http = context.switchToHttp();
    const [request, response] = [http.getRequest<HubRequest>(), http.getResponse<Response>()];
    return next.handle().pipe(
      map((rows) => {
        const page = pageOf(request.query);
        const at = { request, response, baseUrl: this.outside.baseUrl, total: rows.length };
        return sendPage(rows.slice(page.offset, page.offset + page.limit), page, at);
      }),
    );
  }
}

/**
 * Hands out page by page, as GitHub does, what the route reads as a whole: lists of one account or one repository that
 * nearly always fit on the first page.
 */
export const PagedList = () => applyDecorators(UseInterceptors(WholeListInterceptor));
