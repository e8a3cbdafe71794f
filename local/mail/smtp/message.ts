import PostalMime, { type Email } from "postal-mime";

/** Reads a whole mail; null when it is longer than allowed. Reads on without keeping, so that the client is answered. */
export async function allOf(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes > maxBytes ? null : Buffer.concat(chunks);
}

/** A mail taken apart; null when it cannot be. */
export async function readMail(raw: Uint8Array): Promise<Email | null> {
  try {
    return await PostalMime.parse(raw);
  } catch {
    return null;
  }
}

export async function headersOf(raw: Uint8Array): Promise<{ subject: string; messageId: string | null }> {
  const mail = await readMail(raw);
  return { subject: mail?.subject ?? "", messageId: mail?.messageId ?? null };
}
