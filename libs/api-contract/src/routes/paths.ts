export const REPOSITORY = '/api/v3/repos/:ns/:repo';
