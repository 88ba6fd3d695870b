// Money as people read it: per currency, in thousandths of the unit on the wire (a bigint).

/** What an amount needs; the generated message has more. */
export interface Amount {
  currency: string;
  milli: bigint;
}

const symbols: Record<string, string> = { EUR: "€", USD: "$", GBP: "£" };

/** Joins the sign, the currency and the digits; a currency without a sign of its own stands behind. */
function dressed(currency: string, digits: string, negative: boolean): string {
  const minus = negative ? "−" : "";
  const symbol = symbols[currency];
  if (symbol) return `${minus}${symbol}${digits}`;
  return currency ? `${minus}${digits} ${currency}` : `${minus}${digits} of unknown currency`;
}

/** Short, for rows and sums: "€310 k", "€1.84 M", "€940". */
export function moneyShort(amount: Amount | undefined): string {
  if (!amount) return "not known";
  const negative = amount.milli < 0n;
  const units = Number((negative ? -amount.milli : amount.milli) / 1000n);
  if (units >= 999_500) {
    const millions = units / 1e6;
    return dressed(amount.currency, `${millions.toFixed(millions < 10 ? 2 : 1)} M`, negative);
  }
  if (units >= 1000) return dressed(amount.currency, `${Math.round(units / 1000)} k`, negative);
  return dressed(amount.currency, String(units), negative);
}

/** Exact, for hovering and print: "€310,000.00". */
export function moneyExact(amount: Amount | undefined): string {
  if (!amount) return "not known";
  const negative = amount.milli < 0n;
  const milli = negative ? -amount.milli : amount.milli;
  const whole = (milli / 1000n).toString().replace(/\B(?=(\d{3})+$)/g, ",");
  const cents = ((milli % 1000n) / 10n).toString().padStart(2, "0");
  return dressed(amount.currency, `${whole}.${cents}`, negative);
}

/** Sums of several currencies are never added: each stands by itself. */
export function moneySums(amounts: readonly Amount[]): string {
  return amounts.length === 0 ? "none" : amounts.map(moneyShort).join(" + ");
}

/** An amount in minor units (cents), as the facts keep it, in thousandths of the unit. */
export function fromMinor(currency: string, minor: number): Amount {
  const digits = minorDigits(currency);
  return { currency, milli: BigInt(Math.round(minor * 10 ** (3 - digits))) };
}

function minorDigits(currency: string): number {
  if (!/^[A-Z]{3}$/.test(currency)) return 2;
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return Math.min(format.resolvedOptions().maximumFractionDigits ?? 2, 3);
}
