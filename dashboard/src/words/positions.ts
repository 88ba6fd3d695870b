/** How many events a position of shards holds: "0/123,1/7" is 130; undefined when it is none. */
export function eventsUpTo(position: string): bigint | undefined {
  if (!position) return undefined;
  let sum = 0n;
  for (const part of position.split(",")) {
    const sequence = /^\d+\/(\d+)$/.exec(part)?.[1];
    if (sequence === undefined) return undefined;
    sum += BigInt(sequence);
  }
  return sum;
}
