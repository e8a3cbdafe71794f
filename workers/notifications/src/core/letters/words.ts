import type { CancellationReason, FailureReason } from "#shared/saga/declaration.ts";

/**
 * The digits of a minor unit where they are not two, by ISO 4217. `Intl` has the digits that people write, which are
 * fewer: none for HUF or IDR, whose amounts it would show a hundred times too large.
 * @see https://www.six-group.com/en/products-services/financial-information/data-standards.html
 */
const DIGITS = new Map<string, number>([
  ...ofDigits(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
  ...ofDigits(3, "BHD IQD JOD KWD LYD OMR TND"),
  ...ofDigits(4, "CLF UYW"),
]);

function ofDigits(digits: number, currencies: string): [string, number][] {
  return currencies.split(" ").map((currency) => [currency, digits]);
}

/** Making a format costs more than using it. There are some 180 currencies, and some 600 zones. */
const moneyFormats = new Map<string, Intl.NumberFormat>();
const timeFormats = new Map<string, Intl.DateTimeFormat>();

function kept<T>(formats: Map<string, T>, name: string, make: () => T): T {
  const known = formats.get(name) ?? make();
  formats.set(name, known);
  return known;
}

/**
 * An amount for people, with the digits that its currency has: `EUR 240.00`, `JPY 500`.
 * @param amount in the currency's minor unit
 */
export function money(amount: number, currency: string): string {
  const digits = DIGITS.get(currency) ?? 2;
  const format = kept(moneyFormats, currency, () => {
    return new Intl.NumberFormat("en", {
      ...{ style: "currency", currency, currencyDisplay: "code" },
      ...{ minimumFractionDigits: digits, maximumFractionDigits: digits },
    });
  });
  // ICU puts a no-break space behind the code.
  return format.format(amount / 10 ** digits).replaceAll("\u00a0", " ");
}

/** A moment as the clocks of a zone show it, with the zone. @param instant ISO 8601, @param timeZone IANA */
export function localTime(instant: string, timeZone = "UTC"): string {
  const shown = kept(timeFormats, timeZone, () => {
    return new Intl.DateTimeFormat("en-GB", {
      ...{ weekday: "long", day: "numeric", month: "long", year: "numeric" },
      ...{ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone },
    });
  });
  return `${shown.format(new Date(instant))} (${timeZone})`;
}

/** One line: what could begin a line of its own, in a header or in a text, becomes a space. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ").trim();
}

export const WHY_FAILED: Record<FailureReason, string> = {
  SEATS_UNAVAILABLE: "The places that you chose were taken by somebody else in the meantime.",
  PAYMENT_FAILED: "Your payment was declined.",
  LOCK_EXPIRED: "The time for which we held your places was over before the payment was complete.",
  TIMEOUT: "The booking could not be completed in time.",
  EVENT_CANCELLED: "The event has been cancelled.",
  INTERNAL_ERROR: "Something went wrong on our side.",
};

export const WHY_CANCELLED: Record<CancellationReason, string> = {
  BUYER: "We have cancelled your booking, as you asked.",
  EVENT_CANCELLED: "We are sorry: the event has been cancelled, and your booking with it.",
};
