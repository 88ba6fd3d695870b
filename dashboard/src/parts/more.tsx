/** Below a list: how many more there are, and the way to them. */
export function MoreLine(props: {
  /** So many more, in words. */
  say: string;
  left: number;
  pageSize: number;
  readMore: (() => void) | undefined;
}) {
  if (props.left <= 0) return null;
  return (
    <p class="sub foot-line">
      {props.say}.{" "}
      {props.readMore && (
        <button type="button" onClick={props.readMore}>
          Show the next {Math.min(props.left, props.pageSize)}
        </button>
      )}
    </p>
  );
}
