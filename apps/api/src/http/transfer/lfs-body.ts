import { json, type RequestHandler } from 'express';

const LFS_BODY = /\/info\/lfs\/(objects\/(batch|verify)|locks(\/.*)?)$/;
const parse = json({ limit: '1mb', type: ['application/vnd.git-lfs+json', 'application/json'] });

/** LFS's JSON routes parse their own media type; object bodies beside them stay streams. */
export const lfsJsonBody: RequestHandler = (request, response, next) => {
  if (request.method === 'POST' && LFS_BODY.test(request.path)) parse(request, response, next);
  else next();
};
