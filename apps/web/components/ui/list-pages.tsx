import { Pagination } from './pagination';

interface ListPagesProps {
  /** Of the page that holds the list, without a query. */
  path: string;
  page: number;
  hasNext: boolean;
  /** The query parameter of the page's number, where two lists stand on one page. */
  name?: string;
  label?: string;
}

/** The way through a list by the address of its page. */
export function ListPages({ path, page, hasNext, name = 'page', label }: ListPagesProps) {
  return (
    <Pagination
      label={label}
      page={page}
      hasNext={hasNext}
      hrefOf={(number) => (number === 1 ? path : `${path}?${name}=${number}`)}
    />
  );
}
