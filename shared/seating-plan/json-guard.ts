import { MAX_JSON_DEPTH, MAX_JSON_VALUES, MAX_PLAN_BYTES } from "./limits.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Says why a text must not be handed to `JSON.parse`, or null if it may: its size in UTF-8, its depth and its
 * number of values are known from one pass over the characters, before a single object is made.
 * It does not say that the text is JSON.
 */
export function refuseJsonText(text: string): string | null {
  // A UTF-16 unit is at least one byte of UTF-8; the pass below adds the others.
  let bytes = text.length;
  if (bytes > MAX_PLAN_BYTES) return tooLarge;
  let depth = 0;
  let values = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) {
      // Two bytes up to U+07FF, three above; a surrogate pair is two units and four bytes.
      bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
      if (bytes > MAX_PLAN_BYTES) return tooLarge;
    }
    if (inString) {
      if (unit === BACKSLASH) i++;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) {
      inString = true;
    } else if (unit === COMMA) {
      values++;
    } else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      values++;
      depth++;
      if (depth > MAX_JSON_DEPTH) return `is nested more than ${MAX_JSON_DEPTH} levels deep`;
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
      depth--;
    }
    if (values > MAX_JSON_VALUES) return `holds more than ${MAX_JSON_VALUES} values`;
  }
  return null;
}

const tooLarge = `is larger than ${MAX_PLAN_BYTES / 1024 / 1024} MB`;
