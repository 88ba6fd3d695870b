import { share } from "../words/numbers.js";

/** How much of a complaint's time has run; its end is 100 %. */
export function Clock({ milli }: { milli: bigint | undefined }) {
  if (milli === undefined) return <span class="sub">no clock runs</span>;
  const tone = milli >= 1000n ? "bad" : milli >= 750n ? "warn" : "";
  return (
    <span class="clock">
      <span class={`chip ${tone}`}>{share(milli)}</span>
      <span class="bar" aria-hidden="true">
        <i class={tone} style={{ width: `${Math.min(100, Number(milli) / 10)}%` }} />
      </span>
      <span class="sub">{milli >= 1000n ? "past its clock" : "of its clock"}</span>
    </span>
  );
}
