/** Formats that `<img>` shows and the API serves as images; SVG is served as text. */
export function isPreviewableImage(path: string): boolean {
  return /\.(png|jpe?g|gif|webp|avif|bmp|ico)$/i.test(path);
}
