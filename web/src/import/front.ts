/** How much of a file the server previews at most. */
export const FRONT_BYTES_MAX = 1 << 20;

const NEWLINE = 10;
const QUOTE = 34;

export interface Front {
  bytes: Uint8Array<ArrayBuffer>;
  /** The front is all of the file. */
  isWhole: boolean;
}

/**
 * Where the last whole record of the front of a CSV ends. A line break inside quotes ends nothing.
 * 0 when not even one record is whole.
 */
export function wholeLines(bytes: Uint8Array): number {
  let isQuoted = false;
  let end = 0;
  for (let i = 0; i < bytes.length; ++i) {
    const byte = bytes[i];
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (byte === NEWLINE && !isQuoted) end = i + 1;
  }
  return end;
}

export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/** The first whole lines of a file, unpacked when it is gzip; no more of it is read than needed. */
export async function frontOf(file: Blob, bytesMax = FRONT_BYTES_MAX): Promise<Front> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const stream = isGzip(start)
    ? file.stream().pipeThrough(new DecompressionStream("gzip"))
    : file.stream();
  const { bytes, isWhole } = await firstBytes(stream, bytesMax);
  if (isWhole) return { bytes, isWhole };
  const end = wholeLines(bytes);
  return { bytes: bytes.slice(0, end > 0 ? end : bytesMax), isWhole };
}

async function firstBytes(stream: ReadableStream<Uint8Array>, bytesMax: number): Promise<Front> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  let isWhole = false;
  while (length <= bytesMax) {
    const { done, value } = await reader.read();
    if (done) {
      isWhole = true;
      break;
    }
    parts.push(value);
    length += value.length;
  }
  if (!isWhole) await reader.cancel();
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return { bytes: all.slice(0, Math.min(length, bytesMax)), isWhole };
}
