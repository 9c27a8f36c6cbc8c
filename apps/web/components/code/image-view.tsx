/** A picture on a ground that shows where it is transparent. */
export function ImageView({ src, alt }: { src: string; alt: string }) {
  return (
    <div className="checkerboard flex justify-center p-6">
      <img src={src} alt={alt} decoding="async" className="max-h-[75vh] max-w-full object-contain" />
    </div>
  );
}
