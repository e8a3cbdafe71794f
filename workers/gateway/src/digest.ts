/** A name for a text that does not tell it: 32 hexadecimal digits of its SHA-256, and one byte more. */
export async function digestOf(text: string): Promise<{ name: string; spare: number }> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const name = Array.from(digest.subarray(0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return { name, spare: digest[16]! };
}
