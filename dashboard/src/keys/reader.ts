// Turns key presses into commands: one key, or `g` and a letter soon after.

/** What a key press is made of, so that tests need no browser. */
export interface Press {
  key: string;
  at: number;
  /** Control, Alt or Meta is held: the browser's own. */
  chorded: boolean;
  /** The focus is where text is written. */
  writing: boolean;
}

const prefixLasts = 1200;

export class KeyReader {
  private prefixAt: number | undefined;

  /** The command of this press: "j", "g a", "Escape"; undefined when there is none yet. */
  read(press: Press): string | undefined {
    if (press.chorded) return undefined;
    if (press.writing) return press.key === "Escape" ? "Escape" : undefined;
    const prefixed = this.prefixAt !== undefined && press.at - this.prefixAt <= prefixLasts;
    this.prefixAt = undefined;
    if (prefixed) return `g ${press.key}`;
    if (press.key === "g") {
      this.prefixAt = press.at;
      return undefined;
    }
    return press.key;
  }
}
