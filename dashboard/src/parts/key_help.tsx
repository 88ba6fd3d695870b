import { boundKeys } from "../keys/keys";
import { ask } from "./dialog";

/** Shows what every key does here. */
export function showKeys(): void {
  const bound = boundKeys();
  ask("All keys", () => (
    <dl class="keys">
      {bound.map(({ key, say }) => (
        <div key={key}>
          <dt>
            {key.split(" ").map((one) => (
              <kbd key={one}>{one}</kbd>
            ))}
          </dt>
          <dd>{say}</dd>
        </div>
      ))}
      <div>
        <dt>
          <kbd>Enter</kbd>
        </dt>
        <dd>open the row</dd>
      </div>
      <div>
        <dt>
          <kbd>esc</kbd>
        </dt>
        <dd>close, or leave a field</dd>
      </div>
    </dl>
  ));
}
