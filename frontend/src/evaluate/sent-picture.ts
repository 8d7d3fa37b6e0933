const MOST_BYTES = 700_000;
const LARGEST_SIDE = 480;
const AS_THEY_ARE: readonly string[] = ["image/png", "image/jpeg"];

/** A file as an address for the server: as it is, so that nothing but the model's own rule changes it. */
export async function sentPicture(file: File): Promise<string> {
  const picture = await createImageBitmap(file);
  const isSmall = AS_THEY_ARE.includes(file.type) && file.size <= MOST_BYTES;
  const address = isSmall ? await addressOf(file) : scaledDown(picture);
  picture.close();
  return address;
}

function addressOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}

/** Formats that the server does not read, and photographs: no Input needs millions of pixels. */
function scaledDown(picture: ImageBitmap): string {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser has no 2D canvas.");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}
