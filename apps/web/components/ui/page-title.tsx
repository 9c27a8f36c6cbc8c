/**
 * The title of the window. Rendered by the page itself, and React moves it into `<head>`: `generateMetadata` would
 * read everything a second time, and gets its route parameters decoded where a page gets them encoded (Next 16.4).
 */
export function PageTitle({ title }: { title?: string }) {
  return <title>{title ? `${title} · Granary` : 'Granary'}</title>;
}
