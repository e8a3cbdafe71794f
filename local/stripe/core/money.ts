/** Stripe's ceiling for most currencies: eight digits of minor units. https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
export const MAX_AMOUNT_MINOR = 99_999_999;

/** Presentment currencies of https://docs.stripe.com/currencies, all card currencies of a US account. */
const CURRENCIES = new Set(
  (
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bif bmd bnd bob brl bsd bwp byn bzd cad cdf " +
    "chf clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg " +
    "huf idr ils inr isk jmd jpy kes kgs khr kmf krw kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop " +
    "mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd " +
    "scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof " +
    "xpf yer zar zmw"
  ).split(" "),
);

/** https://docs.stripe.com/currencies#zero-decimal */
const ZERO_DECIMAL = new Set("bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf".split(" "));

/** https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts; every other currency: one minor unit. */
const MINIMUM_MINOR: Readonly<Record<string, number>> = {
  usd: 50,
  aed: 200,
  aud: 50,
  bgn: 100,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  myr: 200,
  nok: 300,
  nzd: 50,
  pln: 200,
  ron: 200,
  sek: 300,
  sgd: 50,
  thb: 1000,
};

/** Whether `code` is a lower-case ISO 4217 code that Stripe charges cards in. */
export function isCurrency(code: string): boolean {
  return CURRENCIES.has(code);
}

/** The smallest amount, in minor units, that a card can be charged in `currency`. */
export function minimumMinor(currency: string): number {
  return MINIMUM_MINOR[currency] ?? 1;
}

/** An amount as Stripe's messages print it: `$0.50 usd` becomes `0.50 USD`, yen have no decimals. */
export function formatMinor(amountMinor: number, currency: string): string {
  const digits = ZERO_DECIMAL.has(currency) ? 0 : 2;
  return `${(amountMinor / 10 ** digits).toFixed(digits)} ${currency.toUpperCase()}`;
}
